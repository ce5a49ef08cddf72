"""Connections to the database: one engine a process, one session a request."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from errors import DatabaseUnavailable

CONNECT_SECONDS = 5
CONNECTIONS = 15
# What sessions may hold of them; the relay, which needs no session, finds two more.
SESSIONS = CONNECTIONS - 2


class Database:
    """Own the engine and hand out sessions.

    SQLite would let two writers read first and then fail the second; `write()` therefore takes its
    write lock with the first statement (BEGIN IMMEDIATE), where PostgreSQL uses row locks.
    """

    def __init__(self, url: str) -> None:
        self.engine = _create_engine(url)
        self.writer = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        # Set when a transaction that stored an event was committed; the relay waits for it.
        self.events_committed = asyncio.Event()
        # Set when a transaction that set a reminder was committed, or to have them looked through.
        self.reminders_changed = asyncio.Event()
        # Waiting in the pool is not fair: a connection that comes back may go to who asks just
        # then, and under load somebody waits until the time is up. Here they wait in their order.
        self._turns = anyio.Semaphore(SESSIONS, fast_acquire=True)
        self._read = async_sessionmaker(_reader(self.engine), expire_on_commit=False)
        self._write = async_sessionmaker(
            self.writer,
            expire_on_commit=False,
            info={
                "events_committed": self.events_committed,
                "reminders_changed": self.reminders_changed,
            },
        )

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Open a session that only reads."""
        async with self._turn(), _session(self._read) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """Open a session that writes; the service commits once, else everything is undone."""
        async with self._turn(), _session(self._write) as session:
            yield session

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        try:
            with anyio.fail_after(CONNECT_SECONDS):
                await self._turns.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable from error
        try:
            yield
        finally:
            self._turns.release()

    async def close(self) -> None:
        await self.engine.dispose()


@asynccontextmanager
async def _session(factory: async_sessionmaker[AsyncSession]) -> AsyncGenerator[AsyncSession]:
    async with factory() as session:
        try:
            # Connecting first keeps "cannot connect", whose type depends on driver and network,
            # apart from errors of the request itself.
            await session.connection()
        except Exception as error:
            raise DatabaseUnavailable from error
        try:
            yield session
        except DBAPIError as error:
            # A server that is stopped while it works makes errors of many types.
            if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
                raise DatabaseUnavailable from error
            raise


def _create_engine(url: str) -> AsyncEngine:
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url, hide_parameters=True, connect_args={"timeout": CONNECT_SECONDS}
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(
        url,
        # An error is logged with its statement; the values are what people wrote.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        # All are kept: one that is opened for a single request costs more than the request.
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": CONNECT_SECONDS},
    )


def _reader(engine: AsyncEngine) -> AsyncEngine:
    # On PostgreSQL each statement of a transaction sees its own moment anyway (read committed), so
    # to begin and to end one would only cost a reader two round trips.
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins too late for BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()
    # SQLite's own lower() knows ASCII only; search must find "Ärger" by "ärger" on both databases.
    connection.run_async(_replace_lower)


def _replace_lower(connection: Any) -> Awaitable[None]:
    return connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
