"""Events without a broker: handed to this process's own consumers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from errors import DatabaseUnavailable
from services.events.publishing.port import BrokerUnavailable, Entry, Failure
from services.logger import get_logger

# Topic and CloudEvent as JSON; raises DatabaseUnavailable when it wants the event again later.
Deliver = Callable[[str, str], Awaitable[None]]

_log = get_logger("publisher")


class InProcessPublisher:
    """Call the consumer with each event: at least once and in order, as a broker would."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver

    async def publish(self, topic: str, entries: Sequence[Entry]) -> Mapping[UUID, Failure]:
        failures: dict[UUID, Failure] = {}
        for entry in entries:
            try:
                await self._deliver(topic, entry.event)
            except DatabaseUnavailable as error:
                raise BrokerUnavailable("the consumers' database is away") from error
            except Exception as error:
                _log.exception("a consumer failed", extra={"event_id": str(entry.id)})
                failures[entry.id] = Failure(f"{type(error).__name__}: {error}", refused=True)
        return failures

    async def check(self) -> None:
        """Do nothing: there is no way out to look after."""
