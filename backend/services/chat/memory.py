"""Short working memory of conversations: kept for half an hour, then forgotten.

It is a convenience and never the truth: whoever reads it must do without when it is away.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from schemas.memory import Memory

TTL_SECONDS = 1800
# A process that serves many people for days must not grow by what they forgot.
MOST = 10_000


class MemoryUnavailable(Exception):
    """Nothing can be remembered or recalled now."""


class MemoryChanged(Exception):
    """Somebody else saved since this memory was recalled."""


@dataclass(frozen=True)
class Recalled:
    """A memory, and the version of it that a save replaces; None when there was none."""

    memory: Memory
    version: str | None = None


class MemoryStore(Protocol):
    """Keep one memory a conversation."""

    async def recall(self, conversation: uuid.UUID) -> Recalled:
        """Return what is remembered, an empty memory if nothing is; raise MemoryUnavailable."""
        ...

    async def save(self, conversation: uuid.UUID, memory: Memory, version: str | None) -> None:
        """Replace that version of the memory; raise MemoryUnavailable or MemoryChanged."""
        ...

    async def forget(self, conversation: uuid.UUID) -> None:
        """Remove the memory, if there is one; raise MemoryUnavailable."""
        ...


async def keep(
    store: MemoryStore, conversation: uuid.UUID, memory: Memory, version: str | None
) -> None:
    """Save a memory; if another was saved meanwhile, that one stays.

    One reply at a time is given in a conversation, so the other is of a reply that began when the
    claim of this one had expired: it is the newer one. A memory that only expired meanwhile is no
    other, and this one takes its place.

    Raises:
        MemoryUnavailable: it could not be saved.
    """
    try:
        await store.save(conversation, memory, version)
    except MemoryChanged:
        recalled = await store.recall(conversation)
        if recalled.version is not None:
            return
        try:
            await store.save(conversation, memory, None)
        except MemoryChanged:
            return


@dataclass(frozen=True)
class _Kept:
    memory: str
    version: str
    until: float


class ProcessMemory:
    """Keep memories in this process: the embedded default, for one replica."""

    def __init__(
        self,
        seconds: float = TTL_SECONDS,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._kept: dict[uuid.UUID, _Kept] = {}

    async def recall(self, conversation: uuid.UUID) -> Recalled:
        kept = self._living(conversation)
        if kept is None:
            return Recalled(Memory())
        return Recalled(Memory.model_validate_json(kept.memory), kept.version)

    async def save(self, conversation: uuid.UUID, memory: Memory, version: str | None) -> None:
        kept = self._living(conversation)
        if (kept.version if kept else None) != version:
            raise MemoryChanged
        self._kept.pop(conversation, None)
        until = self._clock() + self._seconds
        self._kept[conversation] = _Kept(memory.model_dump_json(), uuid.uuid4().hex, until)
        while len(self._kept) > self._most:
            # The first is the one saved longest ago.
            del self._kept[next(iter(self._kept))]

    async def forget(self, conversation: uuid.UUID) -> None:
        self._kept.pop(conversation, None)

    def _living(self, conversation: uuid.UUID) -> _Kept | None:
        kept = self._kept.get(conversation)
        return kept if kept and kept.until > self._clock() else None
