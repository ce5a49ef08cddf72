"""Connections to the database: one engine a process, one session a request."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import anyio
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)

from connections import CONNECTIONS, create_engine, is_pooled, with_time_of
from database_times import DatabaseTimes
from errors import ChangeUncertain, DatabaseUnavailable

# What sessions may hold of them; the relay, which needs no session, finds two more.
SESSIONS = CONNECTIONS - 2
CLOSE_SECONDS = 2
# Given up by PostgreSQL itself: for a lock, for the time of a statement, for idleness.
_TOOK_TOO_LONG = ("55P03", "57014", "25P03")


class Database:
    """Own the engine and hand out sessions.

    SQLite would let two writers read first and then fail the second; `write()` therefore takes its
    write lock with the first statement (BEGIN IMMEDIATE), where PostgreSQL uses row locks.
    """

    def __init__(
        self,
        url: str,
        times: DatabaseTimes | None = None,
        info: Mapping[str, object] | None = None,
    ) -> None:
        """Prepare to connect.

        Args:
            info: what services find in the `info` of each session that writes.
        """
        self.url = url
        self.is_pooled = is_pooled(url)
        self.times = with_time_of(url, times or DatabaseTimes())
        self.engine = create_engine(url, self.times)
        self.writer = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        # Set when a transaction that stored an event was committed; the relay waits for it.
        self.events_committed = asyncio.Event()
        # Set when a transaction that set a reminder was committed, or to have them looked through.
        self.reminders_changed = asyncio.Event()
        # Waiting in the pool is not fair: a connection that comes back may go to who asks just
        # then, and under load somebody waits until the time is up. Here they wait in their order.
        self._turns = anyio.Semaphore(SESSIONS, fast_acquire=True)
        self._read = async_sessionmaker(self._reader(), expire_on_commit=False)
        self._write = async_sessionmaker(
            self.writer,
            class_=_WritingSession,
            expire_on_commit=False,
            info={
                "events_committed": self.events_committed,
                "reminders_changed": self.reminders_changed,
                **(info or {}),
            },
        )

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Open a session that only reads."""
        async with self._session(self._read) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """Open a session that writes; the service commits once, else everything is undone."""
        async with self._session(self._write) as session:
            yield session

    @asynccontextmanager
    async def _session(self, factory: Callable[[], AsyncSession]) -> AsyncGenerator[AsyncSession]:
        async with AsyncExitStack() as stack:
            try:
                # One time for both: who waited long for a turn may not wait as long again.
                with anyio.fail_after(self.times.connect):
                    await self._turns.acquire()
                    stack.callback(self._turns.release)
                    session = await stack.enter_async_context(factory())
                    # Connecting first keeps "cannot connect", whose type depends on driver and
                    # network, apart from errors of the request itself.
                    await session.connection()
            except Exception as error:
                raise DatabaseUnavailable from error
            try:
                yield session
            except DBAPIError as error:
                if _is_away(error):
                    raise DatabaseUnavailable from error
                raise

    def _reader(self) -> AsyncEngine:
        # On PostgreSQL each statement of a transaction sees its own moment anyway (read committed),
        # so to begin and to end one would only cost a reader two round trips. Outside of one, a
        # pooler may prepare a statement in one session and look for it in another.
        if self.engine.dialect.name == "postgresql" and not self.is_pooled:
            return self.engine.execution_options(isolation_level="AUTOCOMMIT")
        return self.engine

    async def close(self) -> None:
        """Close all connections; those whose server says nothing are left to the system."""
        with anyio.move_on_after(CLOSE_SECONDS):
            await self.engine.dispose()


class _WritingSession(AsyncSession):
    """Tell a database that went away before a commit from one that did so over it."""

    async def commit(self) -> None:
        # What fails here changed nothing; only the answer to COMMIT leaves it open.
        await self.flush()
        try:
            await super().commit()
        except DBAPIError as error:
            if _is_away(error) and not _gave_up(error):
                raise ChangeUncertain from error
            raise


def _gave_up(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _TOOK_TOO_LONG


def _is_away(error: DBAPIError) -> bool:
    # A server that is stopped while it works makes errors of many types.
    return (
        error.connection_invalidated
        or isinstance(error, OperationalError | InterfaceError)
        or _gave_up(error)
    )
