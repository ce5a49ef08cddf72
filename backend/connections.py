"""Engines of the two databases, and the time either may take."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import Connection, event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from database_times import DatabaseTimes
from database_tls import tls
from database_url import DatabaseUrl, parse

CONNECTIONS = 15
# Shorter than a connection may take in all, longer than a busy process pauses.
PING_SECONDS = 2


def with_time_of(url: str, times: DatabaseTimes) -> DatabaseTimes:
    """Let a URL say how long connecting may take: a database that sleeps takes its time to wake."""
    seconds = None if url.startswith("sqlite") else parse(url).connect_timeout
    return replace(times, connect=seconds) if seconds else times


def is_pooled(url: str) -> bool:
    """Tell whether a pooler gives each transaction a session of somebody else's."""
    return not url.startswith("sqlite") and parse(url).is_pooled


def create_engine(url: str, times: DatabaseTimes) -> AsyncEngine:
    """Make the engine that a process has."""
    if url.startswith("sqlite"):
        return _sqlite(url, times)
    return _postgresql(
        parse(url),
        times,
        pool_timeout=times.connect,
        # All are kept: one that is opened for a single request costs more than the request.
        pool_size=CONNECTIONS,
        max_overflow=0,
    )


def single_connections(url: str, times: DatabaseTimes) -> AsyncEngine:
    """Make an engine whose connections to a PostgreSQL last as long as they are used."""
    return _postgresql(parse(url), times, poolclass=NullPool)


def _postgresql(url: DatabaseUrl, times: DatabaseTimes, **pool: Any) -> AsyncEngine:
    engine = create_async_engine(
        # Its own reading of a URL is not ours, so it gets none.
        "postgresql+asyncpg://",
        # An error is logged with its statement; the values are what people wrote.
        hide_parameters=True,
        connect_args=_arguments(url, times),
        **pool,
    )
    if url.is_pooled:
        event.listen(engine.sync_engine, "begin", _limits_of_a_transaction(times))
    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "checkout", _ping)
    event.listen(engine.sync_engine, "handle_error", _give_up_what_does_not_answer)
    return engine


def _arguments(url: DatabaseUrl, times: DatabaseTimes) -> dict[str, Any]:
    named = {"application_name": url.application_name, "options": url.options}
    settings = {name: value for name, value in named.items() if value is not None}
    if url.is_pooled:
        # Statements are prepared without a name, so that no session has to remember one.
        pooled: dict[str, Any] = {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": str,
        }
    else:
        pooled = {}
        settings = {**times.server_settings, **settings}
    return {
        **pooled,
        "host": url.host,
        "port": url.port,
        "user": url.user,
        # None would be looked for in PGPASSWORD and in files.
        "password": url.password or "",
        "database": url.database,
        "ssl": tls(url),
        "target_session_attrs": url.target_session_attrs or "any",
        "timeout": times.connect,
        "command_timeout": times.command,
        "server_settings": settings,
    }


def _limits_of_a_transaction(times: DatabaseTimes) -> Callable[[Connection], None]:
    # A pooler takes no settings with a connection, and a session is somebody else's afterwards.
    settings = times.server_settings.items()
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings)

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT {calls}")

    return limit


def _connect(dialect: Dialect, _record: object, arguments: Any, options: dict[str, Any]) -> Any:
    try:
        return dialect.connect(*arguments, **options)
    except Exception as error:
        # PgBouncer accepts no settings but its own; answers are then given up on this side alone.
        if "unsupported startup parameter" not in str(error):
            raise
        del options["server_settings"]
        return dialect.connect(*arguments, **options)


def _ping(connection: Any, _record: object, _proxy: object) -> None:
    """Find out whether a connection still answers, in one round trip and in two seconds."""
    try:
        connection.run_async(_ask)
    except TimeoutError as error:
        # It may be this process that was busy. All connections made anew would make it busier.
        _abandon(connection)
        raise DisconnectionError from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        _abandon(connection)
        raise InvalidatePoolError from error


async def _ask(driver: Any) -> None:
    await driver.execute("SELECT 1", timeout=PING_SECONDS)


def _abandon(connection: Any) -> None:
    # Closing in the usual way would say goodbye, and wait for an answer.
    connection.driver_connection.terminate()


def _give_up_what_does_not_answer(context: ExceptionContext) -> Exception | None:
    if not isinstance(context.original_exception, TimeoutError):
        return None
    context.is_disconnect = True
    if context.connection is not None and not context.connection.invalidated:
        _abandon(context.connection.connection)
    return OperationalError(
        context.statement, None, context.original_exception, connection_invalidated=True
    )


def _sqlite(url: str, times: DatabaseTimes) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": times.connect})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
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
