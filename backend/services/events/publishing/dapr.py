"""Events through the sidecar's bulk publish."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from schemas.events import TASK_EVENTS
from services.dapr_client import BulkEntry, DaprClient, DaprError, DaprRefused, PubsubMissing
from services.events.publishing.port import BrokerUnavailable, Entry, Failure
from services.events.publishing.sidecar_restarts import SidecarRestarts
from services.logger import get_logger

# Error codes of a call that was refused for what is in it.
_REFUSED_CODES = frozenset({"ERR_PUBSUB_EVENTS_SER", "ERR_PUBSUB_CLOUD_EVENTS_SER"})
_CONTENT_TOO_LARGE = 413
# Below maxMessageBytes of infra/dapr-components/kafka-pubsub.yaml, with room for the envelope. A
# larger one is not tried: the refusal would open the sidecar's circuit breaker for everyone.
MAX_EVENT_BYTES = 900_000
_TOO_LARGE = Failure(f"larger than {MAX_EVENT_BYTES} bytes", refused=True, final=True)
# Words of the Kafka client and broker for an event that no retry will help.
_REFUSED_WORDS = (
    "too large",
    "larger than configured",
    "failed the validation",
    "does not match its CRC",
)

_log = get_logger("publisher")


class DaprPublisher:
    """Publish in bulk; find the event that spoils a call; restart a sidecar without its component.

    A call that is refused as a whole names no event, so it is halved until one is left.
    """

    def __init__(self, client: DaprClient, pubsub: str, restarts: SidecarRestarts) -> None:
        self._client = client
        self._pubsub = pubsub
        self._restarts = restarts

    async def publish(self, topic: str, entries: Sequence[Entry]) -> Mapping[UUID, Failure]:
        failures = {entry.id: _TOO_LARGE for entry in entries if _is_too_large(entry)}
        others = [entry for entry in entries if entry.id not in failures]
        return failures | await self._halve(topic, others) if others else failures

    async def _halve(self, topic: str, entries: Sequence[Entry]) -> dict[UUID, Failure]:
        try:
            return await self._send(topic, entries)
        except DaprRefused as error:
            if not _spoiled(error):
                raise BrokerUnavailable(str(error)) from error
            if len(entries) == 1:
                return {entries[0].id: Failure(str(error), refused=True, final=True)}
        middle = len(entries) // 2
        first = await self._halve(topic, entries[:middle])
        return first | await self._halve(topic, entries[middle:])

    async def check(self) -> None:
        # A call without events is answered like any other when the component is missing.
        await self._send(TASK_EVENTS, [])

    async def _send(self, topic: str, entries: Sequence[Entry]) -> dict[UUID, Failure]:
        try:
            failed = await self._client.publish_bulk(
                self._pubsub, topic, [BulkEntry(str(e.id), e.event, e.key) for e in entries]
            )
        except PubsubMissing as error:
            await self._restart_sidecar_when_due()
            raise BrokerUnavailable(str(error)) from error
        except DaprRefused:
            raise
        except DaprError as error:
            raise BrokerUnavailable(str(error)) from error
        self._restarts.fine()
        return {UUID(entry.id): _failure(entry.reason) for entry in failed}

    async def _restart_sidecar_when_due(self) -> None:
        if not await self._restarts.due():
            return
        _log.warning("the sidecar runs without %s: asking it to restart", self._pubsub)
        try:
            await self._client.shutdown()
        except DaprError as error:
            _log.warning("the sidecar did not take the request: %s", error)


def _is_too_large(entry: Entry) -> bool:
    # No character takes more than four bytes: most events need not be encoded to be measured.
    return len(entry.event) * 4 > MAX_EVENT_BYTES and len(entry.event.encode()) > MAX_EVENT_BYTES


def _spoiled(error: DaprRefused) -> bool:
    return error.status == _CONTENT_TOO_LARGE or error.code in _REFUSED_CODES


def _failure(reason: str) -> Failure:
    refused = any(word in reason for word in _REFUSED_WORDS)
    return Failure(reason, refused=refused, final=refused)
