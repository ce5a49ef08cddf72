"""The rules of a task's reminder: what a change of the task makes of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import event as orm_events
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from models import Task


def follow_change(task: Task, changed: Sequence[str], moment: datetime) -> list[str]:
    """Let a task's reminder follow from a change of it; return the fields this changed as well."""
    if "remind_at" in changed:
        task.reminded_at = None
        return []
    reopened = "completed" in changed and not task.completed
    if reopened and task.reminded_at is None and task.remind_at and task.remind_at <= moment:
        # It was over before the task was open again.
        task.remind_at = None
        return ["remind_at"]
    return []


def look_after_commit(session: AsyncSession) -> None:
    """Have this process look ahead when the caller's transaction, which set one, is committed."""
    orm_events.listen(session.sync_session, "after_commit", _wake, once=True)


def _wake(session: Session) -> None:
    session.info["reminders_changed"].set()
