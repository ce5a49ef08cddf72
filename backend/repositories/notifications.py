"""NOTIFY: what wakes those who wait for a change, on every replica."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from repositories.upserts import on_postgresql

# The payload of the first is a user with new activity; of the second, what a listener sent to
# itself to learn whether it hears.
ACTIVITY = "todo_activity"
PROBE = "todo_probe"


async def notify(session: AsyncSession, channel: str, payload: str) -> None:
    """Send to whoever listens when the transaction commits; SQLite has no such thing."""
    if on_postgresql(session):
        await session.execute(select(func.pg_notify(channel, payload)))
