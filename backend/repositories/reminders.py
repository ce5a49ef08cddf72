"""Every query about the reminders of all users' tasks."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import PENDING_REMINDER, Task

# Word for word the condition of the index.
_PENDING = text(PENDING_REMINDER)


@dataclass(frozen=True)
class Claimed:
    """A reminder that this transaction alone gives; `updated_at` is its task's."""

    task_id: uuid.UUID
    user_id: str
    title: str
    remind_at: datetime
    updated_at: datetime


class ReminderRepository:
    """Find reminders that wait, and claim those that are due."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self, moment: datetime, limit: int) -> list[Claimed]:
        """Mark reminders that are due as given at `moment` and return them, earliest first.

        A task that another transaction holds is passed over: it is being given, or changed. So any
        number of callers at once share what is due, and none waits for another.
        """
        due = (
            select(Task.id)
            .where(_PENDING, Task.remind_at <= moment)
            .order_by(Task.remind_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        rows = await self._session.execute(
            update(Task)
            .where(Task.id.in_(select(due.c.id)))
            .values(reminded_at=moment)
            .returning(Task.id, Task.user_id, Task.title, Task.remind_at, Task.updated_at)
            .execution_options(synchronize_session=False)
        )
        return sorted((Claimed(*row) for row in rows), key=lambda each: each.remind_at)

    async def upcoming(self, until: datetime, limit: int) -> Sequence[datetime]:
        """Return the first moments up to `until` for which a reminder waits, each once."""
        moments = (
            select(Task.remind_at)
            .where(_PENDING, Task.remind_at <= until)
            .distinct()
            .order_by(Task.remind_at)
            .limit(limit)
        )
        return [moment for moment in await self._session.scalars(moments) if moment is not None]

    async def count_due(self, moment: datetime) -> int:
        """Count the reminders that should have been given by `moment` and were not."""
        waiting = select(func.count()).select_from(Task).where(_PENDING, Task.remind_at <= moment)
        return await self._session.scalar(waiting) or 0
