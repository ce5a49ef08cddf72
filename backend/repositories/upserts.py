"""INSERT … ON CONFLICT, which both databases know and the common language does not."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import Base


def insert_into(session: AsyncSession, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of the session's database, with its ON CONFLICT clauses."""
    if on_postgresql(session):
        return postgresql.insert(table)
    return sqlite.insert(table)


def on_postgresql(session: AsyncSession) -> bool:
    """Tell which of the two databases the session talks to."""
    bind: Any = session.get_bind()
    return bind.dialect.name == "postgresql"
