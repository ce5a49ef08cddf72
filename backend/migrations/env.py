"""Alembic's environment: one process at a time, and nobody waits long behind a migration."""

import asyncio
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from database import Database
from migrations import runner
from migrations.runner import SchemaTooNew, TableBusy, compatible_from, known_revisions
from models import Base, SchemaSupport
from repositories.schema import read_schema, set_compatible_from
from settings import load_settings

# Any fixed number: processes that ask PostgreSQL for this lock migrate one after the other.
_LOCK = 7_013_301
_LOCK_NOT_AVAILABLE = "55P03"


def _migrate(connection: Connection) -> None:
    if not _is_newer(connection):
        if connection.dialect.name == "postgresql":
            # Alembic begins its own transactions: each migration is committed by itself, so that
            # its locks are given back, and may leave its transaction to make an index.
            connection.rollback()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            on_version_apply=_note_support,
        )
        with context.begin_transaction():
            context.run_migrations()
    context.config.attributes["head"] = read_schema(connection).head


def _note_support(ctx: MigrationContext, step: MigrationInfo, heads: Any, run_args: Any) -> None:
    # In the migration's own transaction: the schema never says more than is so.
    connection, revision = ctx.connection, step.up_revision_id
    if connection is None or revision is None:
        return
    if SchemaSupport.__tablename__ in inspect(connection).get_table_names():
        set_compatible_from(connection, compatible_from(revision))


def _is_newer(connection: Connection) -> bool:
    """Tell whether a newer release was here before, which the database still has to serve."""
    schema = read_schema(connection)
    if schema.head is None or schema.head in known_revisions():
        return False
    if not schema.fits(known_revisions()):
        raise SchemaTooNew(schema.head, schema.compatible_from, known_revisions()[0])
    return True


async def _sqlite(database: Database) -> None:
    async with database.write() as session:
        await (await session.connection()).run_sync(_migrate)
        await session.commit()


async def _postgresql(database: Database) -> None:
    # The turn is held beside the work, which is done in several transactions.
    async with database.write() as turn:
        await turn.execute(text("SET LOCAL lock_timeout = 0"))
        # Not as a prepared statement: it would keep its snapshot, which who makes an index
        # concurrently waits for.
        raw = await (await turn.connection()).get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        async with database.engine.connect() as connection:
            try:
                await connection.run_sync(_migrate)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                    raise TableBusy from error
                raise


async def _main() -> None:
    # `todo migrate` passes the URL; Alembic's own command line reads it from the environment.
    url = context.config.attributes.get("url") or load_settings().database_url.get_secret_value()
    database = Database(url, runner.TIMES)
    context.config.attributes["is_pooled"] = database.is_pooled
    try:
        await (_sqlite if database.engine.dialect.name == "sqlite" else _postgresql)(database)
    finally:
        await database.close()


asyncio.run(_main())
