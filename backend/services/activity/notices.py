"""Notices: shown to their user until they are read."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from errors import NoticeNotFound
from models import Notice
from repositories.notices import NoticeRepository
from schemas.activity import ReceivedEvent
from schemas.notices import NoticeKind
from services.clock import now


def add_notice(session: AsyncSession, event: ReceivedEvent, position: int) -> None:
    """Store the notice of a reminder in the caller's transaction, which guards against a second.

    Args:
        position: that of the activity entry stored with it.
    """
    data = event.data
    NoticeRepository(session, data.user_id).add(
        Notice(
            id=uuid.UUID(event.id),
            user_id=data.user_id,
            position=position,
            kind=NoticeKind.REMINDER,
            task_id=data.task_id,
            title=data.title,
            remind_at=data.remind_at,
            woken_by=data.woken_by,
            created_at=now(),
        )
    )


async def list_notices(
    session: AsyncSession, user_id: str, limit: int, cursor: str | None, unread: bool
) -> tuple[Sequence[Notice], int, str | None]:
    """Return one page of the user's notices, how many are unread, and the next page's cursor."""
    notices = NoticeRepository(session, user_id)
    before = None if cursor is None else int(cursor)
    rows, position = await notices.page(limit, before, unread)
    return rows, await notices.count_unread(), None if position is None else str(position)


async def mark_notice(
    session: AsyncSession, user_id: str, notice_id: uuid.UUID, read: bool
) -> Notice:
    """Mark a notice as read or unread; raise NoticeNotFound when the user has no such notice."""
    notice = await NoticeRepository(session, user_id).get(notice_id)
    if notice is None:
        raise NoticeNotFound(
            f"You have no notice {notice_id}. List your notices to see which ids exist."
        )
    if read != (notice.read_at is not None):
        notice.read_at = now() if read else None
    await session.commit()
    return notice


async def mark_all_read(session: AsyncSession, user_id: str) -> None:
    """Mark every notice of the user as read."""
    await NoticeRepository(session, user_id).read_all(now())
    await session.commit()
