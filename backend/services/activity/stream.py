"""Live activity: every open stream follows the activity table and is woken when it grows."""

import asyncio
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import anyio
from sqlalchemy.ext.asyncio import AsyncSession

from database import Database
from errors import DatabaseUnavailable
from models import ActivityEntry
from repositories.activity import ActivityRepository
from services.activity.pg_listener import PgListener
from services.rest import Rest

PAGE = 100
POLL_SECONDS = 1
# Streams share the pool with requests, and must leave them most of it.
READERS = 2


def _seconds_left(until: datetime | None) -> float:
    return math.inf if until is None else (until - datetime.now(UTC)).total_seconds()


@dataclass(eq=False)
class _Round:
    """The time between two changes of a user's activity: who waits, and what was read last."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    start: int = -1
    entries: Sequence[ActivityEntry] = ()


class ActivityStream:
    """Follow the activity of any user from any position, without a gap or a duplicate.

    Nothing is queued for a reader: it is handed one page, and the next is read when it has taken
    that one. Readers of one user at the same place share what was read.
    """

    def __init__(self, database: Database, rest: Rest | None = None) -> None:
        self._database = database
        self._rounds: WeakValueDictionary[str, _Round] = WeakValueDictionary()
        self._readers = asyncio.Semaphore(READERS)
        self.listener = PgListener(database, self.wake, rest)
        self.closed = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Listen for changes, and look for them every second while listening is not possible."""
        async with anyio.create_task_group() as group:
            if self._database.engine.dialect.name == "postgresql":
                group.start_soon(self.listener.run)
            group.start_soon(self._poll)
            yield
            self.close()
            group.cancel_scope.cancel()

    async def place(self, user_id: str, position: int | None) -> int:
        """Return the place a reader follows from: after `position`, or after what there is now.

        A reader may be told that it is connected only once its place is fixed: it reads what there
        is when it hears so, and would miss what comes between that and the fixing.

        Raises:
            DatabaseUnavailable: nobody knows what there is.
        """
        async with self._reader() as session:
            newest = await ActivityRepository(session, user_id).last_position()
        # A position that was never given out would wait for ever.
        return newest if position is None else min(position, newest)

    async def follow(
        self, user_id: str, position: int, until: datetime | None = None
    ) -> AsyncGenerator[ActivityEntry]:
        """Yield what arrives after `position`, until the stream is closed.

        Args:
            user_id: whose activity.
            position: the place of the reader.
            until: when the stream ends by itself; None for never.
        """
        while not self.closed and _seconds_left(until) > 0:
            # Everything that ends this round from here on is seen by the next reading at latest.
            round_ = self._rounds.setdefault(user_id, _Round())
            try:
                entries = await self._entries(round_, user_id, position)
            except DatabaseUnavailable:
                await anyio.sleep(POLL_SECONDS)
                continue
            for entry in entries:
                yield entry
                position = entry.position
            if len(entries) < PAGE:
                with anyio.move_on_after(_seconds_left(until)):
                    await round_.over.wait()

    def wake(self, user_id: str | None) -> None:
        """Let those who follow this user, or anyone, look for what is new."""
        users = list(self._rounds) if user_id is None else [user_id]
        for user in users:
            if round_ := self._rounds.pop(user, None):
                round_.over.set()

    def close(self) -> None:
        """End all streams; their readers come back to another replica."""
        self.closed = True
        self.wake(None)

    async def _entries(
        self, round_: _Round, user_id: str, position: int
    ) -> Sequence[ActivityEntry]:
        async with round_.lock:
            if round_.start != position:
                async with self._reader() as session:
                    round_.entries = await ActivityRepository(session, user_id).after(
                        position, PAGE
                    )
                round_.start = position
            return round_.entries

    @asynccontextmanager
    async def _reader(self) -> AsyncGenerator[AsyncSession]:
        """Open a session as one of few readers.

        Raises:
            DatabaseUnavailable: also where no reader came free in the time of one connection.
        """
        async with AsyncExitStack() as stack:
            try:
                # One time for both: whoever waited long for a turn may not wait as long again.
                with anyio.fail_after(self._database.times.connect):
                    await stack.enter_async_context(self._readers)
                    session = await stack.enter_async_context(self._database.read())
            except TimeoutError as error:
                raise DatabaseUnavailable from error
            yield session

    async def _poll(self) -> None:
        while True:
            await anyio.sleep(POLL_SECONDS)
            if not self.listener.is_listening:
                self.wake(None)
