"""The state API of a sidecar, as a real one with state.postgresql v2 was seen to answer."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

STORE = "statestore"
_REASON = "failed saving state in state store statestore: "


class StateStore:
    """Answer like daprd 1.18: first writes, ETags, expiry. Whether it still does is tested beside
    a real one, in infra/helm/tests/test_memory.py."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.entries: dict[str, tuple[Any, str, float]] = {}
        self.requests: list[dict[str, Any]] = []
        self.away = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away as told")
        prefix = f"/v1.0/state/{STORE}"
        if not request.url.path.startswith(prefix):
            return _problem(400, "ERR_STATE_STORE_NOT_FOUND", "state store is not found")
        if request.method == "POST":
            return self._save(json.loads(request.content))
        key = request.url.path.removeprefix(f"{prefix}/")
        if request.method == "DELETE":
            self.entries.pop(key, None)
            return httpx.Response(204)
        found = self._living(key)
        if found is None:
            return httpx.Response(204)
        return httpx.Response(200, json=found[0], headers={"ETag": found[1]})

    def _save(self, entries: list[dict[str, Any]]) -> httpx.Response:
        (entry,) = entries
        self.requests.append(entry)
        found, etag = self._living(entry["key"]), entry.get("etag")
        if etag is None and found is not None:
            return _problem(500, "ERR_STATE_SAVE", f"{_REASON}no item was updated")
        if etag is not None and (found is None or found[1] != etag):
            return _problem(409, "ERR_STATE_SAVE", f"{_REASON}possible etag mismatch")
        until = self._clock() + float(entry["metadata"]["ttlInSeconds"])
        self.entries[entry["key"]] = (entry["value"], str(uuid.uuid4()), until)
        return httpx.Response(204)

    def _living(self, key: str) -> tuple[Any, str, float] | None:
        found = self.entries.get(key)
        return found if found and found[2] > self._clock() else None


def _problem(status: int, code: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"errorCode": code, "message": message})
