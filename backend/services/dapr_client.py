"""Calls to the sidecar: plain HTTP, because its own client library waits for it when it is made."""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, cast
from urllib.parse import quote

import anyio
import httpx

from services.json_objects import read_object
from services.telemetry import tracing

CONNECT_SECONDS = 1
ANSWER_SECONDS = 5
# With the broker unavailable the sidecar's own retries take about 7 s before it answers.
PUBLISH_SECONDS = 20
POLL_SECONDS = 0.1
_REASON_LENGTH = 500
_CONFLICT = 409
_NOT_FIRST = "no item was updated"


class DaprError(Exception):
    """Say why the sidecar did not do what it was asked to."""


class DaprAway(DaprError):
    """Nobody answers at the sidecar's port, or not in time: whether it acted is not known."""


class DaprRefused(DaprError):
    """Carry the sidecar's own words: HTTP status, its error code, its reason."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(f"{status} {code}: {reason}")
        self.status, self.code, self.reason = status, code, reason


class PubsubMissing(DaprRefused):
    """The sidecar runs without the component: its broker was away when it started."""


class StateChanged(DaprRefused):
    """Somebody else wrote the entry of a state store since it was read."""


@dataclass(frozen=True)
class BulkEntry:
    """One CloudEvent to publish, as JSON text; events of one key keep their order."""

    id: str
    event: str
    key: str


@dataclass(frozen=True)
class EntryFailed:
    """Name an entry of a bulk call that was not published, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class StateEntry:
    """A value of a state store, and the ETag that names this version of it."""

    value: Any
    etag: str


class DaprClient:
    """Talk to the sidecar of this pod over one pool of connections."""

    def __init__(self, port: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            # The sidecar is in this pod: a proxy of the environment is not on the way to it.
            trust_env=False,
            # It speaks plain HTTP: to read everybody's authorities would be part of each start.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def publish_bulk(
        self, pubsub: str, topic: str, entries: Sequence[BulkEntry]
    ) -> list[EntryFailed]:
        """Publish many events at once and return those that failed; most often none.

        Raises:
            DaprAway: nobody answered; some may be published.
            PubsubMissing: the sidecar has no such component.
            DaprRefused: the call failed as a whole, such as with an open circuit breaker.
        """
        answer = await self._send(
            "POST",
            f"/v1.0/publish/bulk/{quote(pubsub, safe='')}/{quote(topic, safe='')}",
            content=_bulk_body(entries),
            timeout=httpx.Timeout(PUBLISH_SECONDS, connect=CONNECT_SECONDS),
        )
        if answer.is_success:
            return []
        failed = _failed_entries(read_object(answer.content))
        if not failed:
            raise _refusal(answer)
        return failed

    async def get_secret(self, store: str, name: str) -> dict[str, str]:
        """Return every key of one secret."""
        path = f"/v1.0/secrets/{quote(store, safe='')}/{quote(name, safe='')}"
        answer = await self._ask("GET", path)
        return {key: str(value) for key, value in read_object(answer.content).items()}

    async def get_state(self, store: str, key: str) -> StateEntry | None:
        """Return an entry of a state store; None when there is none, or it expired."""
        answer = await self._ask("GET", f"{_state(store)}/{quote(key, safe='')}")
        if not answer.content:
            return None
        return StateEntry(answer.json(), answer.headers["etag"])

    async def save_state(
        self, store: str, key: str, value: Any, *, etag: str | None, ttl_seconds: int
    ) -> None:
        """Write an entry that the store forgets after some seconds.

        Args:
            etag: the version it replaces; None when there must be none yet.

        Raises:
            StateChanged: another version is there; nothing was written.
        """
        entry = {
            "key": key,
            "value": value,
            "options": {"concurrency": "first-write"},
            "metadata": {"ttlInSeconds": str(ttl_seconds)},
        } | ({} if etag is None else {"etag": etag})
        await self._ask("POST", _state(store), content=json.dumps([entry]))

    async def delete_state(self, store: str, key: str) -> None:
        """Remove an entry, if there is one."""
        await self._ask("DELETE", f"{_state(store)}/{quote(key, safe='')}")

    async def schedule_job(self, name: str, moment: datetime) -> None:
        """Have the app called at /job/NAME at a moment; a job of this name is replaced."""
        job = {
            "dueTime": moment.isoformat(),
            "overwrite": True,
            # One without data is accepted, and never delivered.
            "data": {"moment": moment.isoformat()},
        }
        await self._ask("POST", f"/v1.0/jobs/{quote(name, safe='')}", content=json.dumps(job))

    async def metadata(self) -> dict[str, Any]:
        """Return what the sidecar knows of itself: components, subscriptions, its app."""
        return read_object((await self._ask("GET", "/v1.0/metadata")).content)

    async def wait_outbound(self, seconds: float) -> None:
        """Wait until the sidecar can be used; raise DaprAway when it cannot after `seconds`."""
        reason = "no answer"
        with anyio.move_on_after(seconds):
            while True:
                try:
                    await self._ask("GET", "/v1.0/healthz/outbound")
                    return
                except DaprError as error:
                    reason = str(error)
                await anyio.sleep(POLL_SECONDS)
        raise DaprAway(f"not ready after {seconds:g} s: {reason}")

    async def shutdown(self) -> None:
        """Ask the sidecar to end; Kubernetes starts it again, and it loads its components anew."""
        await self._ask("POST", "/v1.0/shutdown")

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = await self._send(method, path, **options)
        if not answer.is_success:
            raise _refusal(answer)
        return answer

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            headers = {"Content-Type": "application/json"} | tracing.headers()
            return await self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            place = self._http.base_url.netloc.decode()
            raise DaprAway(f"{place}: {type(error).__name__} {error}".rstrip()) from error


def _state(store: str) -> str:
    return f"/v1.0/state/{quote(store, safe='')}"


def _bulk_body(entries: Sequence[BulkEntry]) -> bytes:
    # The events are JSON already: reading them only to write them again would double the work.
    return ("[" + ",".join(_bulk_entry(entry) for entry in entries) + "]").encode()


def _bulk_entry(entry: BulkEntry) -> str:
    return (
        f'{{"entryId":{json.dumps(entry.id)},"contentType":"application/cloudevents+json",'
        f'"metadata":{{"partitionKey":{json.dumps(entry.key)}}},"event":{entry.event}}}'
    )


def _failed_entries(body: Mapping[str, Any]) -> list[EntryFailed]:
    entries = cast("list[dict[str, str]]", body.get("failedEntries") or [])
    return [
        EntryFailed(entry["entryId"], entry.get("error", "no reason given")) for entry in entries
    ]


def _refusal(answer: httpx.Response) -> DaprRefused:
    body = read_object(answer.content)
    code = str(body.get("errorCode", "no error code"))
    reason = body.get("message") or answer.headers.get("metadata.error") or answer.text
    return _kind(answer.status_code, code, str(reason))(
        answer.status_code, code, str(reason)[:_REASON_LENGTH]
    )


def _kind(status: int, code: str, reason: str) -> type[DaprRefused]:
    match code:
        case "ERR_PUBSUB_NOT_FOUND":
            return PubsubMissing
        # PostgreSQL's store answers 500 to a first write where there is an entry already.
        case "ERR_STATE_SAVE" if status == _CONFLICT or _NOT_FIRST in reason:
            return StateChanged
        case _:
            return DaprRefused
