"""Alembic's environment: run every migration in one transaction, one process at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from database import Database
from migrations.runner import SchemaTooNew, compatible_from, known_revisions
from models import Base
from repositories.schema import read_schema, set_compatible_from
from settings import load_settings

# Any fixed number: processes that ask PostgreSQL for this lock migrate one after the other.
_LOCK = 7_013_301


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not _is_newer(connection):
            context.run_migrations()
            # Alembic's own command line may be told to stop half-way.
            if read_schema(connection).head == known_revisions()[0]:
                set_compatible_from(connection, compatible_from())
        context.config.attributes["head"] = read_schema(connection).head


def _is_newer(connection: Connection) -> bool:
    """Tell whether a newer release was here before, which the database still has to serve."""
    schema = read_schema(connection)
    if schema.head is None or schema.head in known_revisions():
        return False
    if not schema.fits(known_revisions()):
        raise SchemaTooNew(schema.head, schema.compatible_from, known_revisions()[0])
    return True


async def _main() -> None:
    # `todo migrate` passes the URL; Alembic's own command line reads it from the environment.
    url = context.config.attributes.get("url") or load_settings().database_url.get_secret_value()
    database = Database(url)
    try:
        async with database.write() as session:
            await (await session.connection()).run_sync(_migrate)
            await session.commit()
    finally:
        await database.close()


asyncio.run(_main())
