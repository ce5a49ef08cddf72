"""The history of a user's tasks."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from models import ActivityEntry
from repositories.activity import ActivityRepository


async def list_activity(
    session: AsyncSession, user_id: str, limit: int, cursor: str | None, task_id: uuid.UUID | None
) -> tuple[list[ActivityEntry], str | None]:
    """Return one page of the user's activity, newest first, and the cursor of the next."""
    return await ActivityRepository(session, user_id).page(limit, cursor, task_id)
