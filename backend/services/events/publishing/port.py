"""The port through which the relay publishes events."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

_TRACEPARENT = re.compile(r'"traceparent":"([0-9a-f-]{55})"')
# It stands before anything a user wrote.
_ENVELOPE_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the outbox on its way."""

    position: int
    id: UUID
    key: str
    topic: str
    event: str
    attempts: int

    @property
    def traceparent(self) -> str | None:
        """The trace in which the event began; read from its text, which is not parsed for it."""
        found = _TRACEPARENT.search(self.event, 0, _ENVELOPE_CHARACTERS)
        return found[1] if found else None


@dataclass(frozen=True)
class Failure:
    """Say why an event was not published.

    A refused one fails for what it is, and is set aside after some attempts, or at once when its
    refusal is final; any other waits for as long as it takes.
    """

    reason: str
    refused: bool
    final: bool = False


class BrokerUnavailable(Exception):
    """Nothing can be published now, whatever the event; some of the call may have been."""


class Publisher(Protocol):
    """Carry events away."""

    async def publish(self, topic: str, entries: Sequence[Entry]) -> Mapping[UUID, Failure]:
        """Publish events of different keys and return those that failed.

        Raises:
            BrokerUnavailable: none of them could be told from the others.
        """
        ...

    async def check(self) -> None:
        """Look after the way out while there is nothing to publish; raise BrokerUnavailable."""
        ...
