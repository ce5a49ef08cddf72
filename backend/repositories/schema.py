"""Questions about the schema the database has."""

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncSession


async def schema_head(session: AsyncSession) -> str | None:
    """Return the revision the database was migrated to, or None for an empty one."""
    connection = await session.connection()
    return await connection.run_sync(_head)


def _head(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))
