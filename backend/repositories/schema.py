"""Questions about the schema the database has."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import SchemaSupport


@dataclass(frozen=True)
class Schema:
    """Name what the database was migrated to, and the oldest build that works on it."""

    head: str | None
    compatible_from: str | None = None

    def fits(self, revisions: tuple[str, ...]) -> bool:
        """Judge it against the revisions of a build, newest first.

        A revision that the build does not know comes from a newer release: then the schema itself
        says whether the build is too old for it.
        """
        if self.head is None or self.head in revisions:
            return self.head == revisions[0]
        return self.compatible_from in revisions


async def current_schema(session: AsyncSession) -> Schema:
    """Return the schema of the database; an empty database has none."""
    connection = await session.connection()
    return await connection.run_sync(read_schema)


def read_schema(connection: Connection) -> Schema:
    """Return the schema behind a connection."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        return Schema(None)
    head = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if SchemaSupport.__tablename__ not in tables:
        return Schema(head)
    return Schema(head, connection.scalar(select(SchemaSupport.compatible_from)))


def set_compatible_from(connection: Connection, revision: str) -> None:
    """Note the oldest revision whose build works on the schema."""
    connection.execute(delete(SchemaSupport))
    connection.execute(insert(SchemaSupport).values(compatible_from=revision))
