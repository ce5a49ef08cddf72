"""Every query about notices."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Notice

# Beyond it the unread are only known to be many.
COUNT_LIMIT = 1000


class NoticeRepository:
    """Read and write the notices of one user: a notice of someone else does not exist here."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    def add(self, notice: Notice) -> None:
        self._session.add(notice)

    async def get(self, notice_id: uuid.UUID) -> Notice | None:
        """Return the notice, or None."""
        return await self._session.scalar(self._mine().where(Notice.id == notice_id))

    async def page(
        self, limit: int, before: int | None, unread: bool
    ) -> tuple[Sequence[Notice], int | None]:
        """Return up to `limit` notices, newest first, and the position to go on before.

        Args:
            before: only those with a lower position.
            unread: only those not read yet.
        """
        query = self._unread() if unread else self._mine()
        if before is not None:
            query = query.where(Notice.position < before)
        # One more than asked for tells whether there is a next page.
        query = query.order_by(Notice.position.desc()).limit(limit + 1)
        rows = (await self._session.scalars(query)).all()
        if len(rows) <= limit:
            return rows, None
        return rows[:limit], rows[limit - 1].position

    async def count_unread(self) -> int:
        """Count the notices not read yet, up to COUNT_LIMIT."""
        some = self._unread().with_only_columns(Notice.position).limit(COUNT_LIMIT)
        return await self._session.scalar(select(func.count()).select_from(some.subquery())) or 0

    async def read_all(self, moment: datetime) -> None:
        """Mark every notice as read."""
        await self._session.execute(
            update(Notice)
            .where(Notice.user_id == self._user_id, Notice.read_at.is_(None))
            .values(read_at=moment)
            .execution_options(synchronize_session=False)
        )

    def _mine(self) -> Select[Notice]:
        return select(Notice).where(Notice.user_id == self._user_id)

    def _unread(self) -> Select[Notice]:
        return self._mine().where(Notice.read_at.is_(None))
