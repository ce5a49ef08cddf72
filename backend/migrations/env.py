"""Alembic's environment: run every migration in one transaction, one process at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from database import Database
from models import Base
from settings import load_settings

# Any fixed number: processes that ask PostgreSQL for this lock migrate one after the other.
_LOCK = 7_013_301


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        context.run_migrations()


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
