"""Every query about activity."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, case, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import ActivityEntry, UserPosition
from repositories import cursors
from repositories.notifications import ACTIVITY, notify
from repositories.upserts import insert_into
from schemas.activity import ReceivedEvent


class ActivityRepository:
    """Read and write the activity of one user."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def record(self, event: ReceivedEvent) -> int | None:
        """Add an entry, tell who listens, and return its position.

        None means that the event was recorded before; then the transaction must be undone: it holds
        a position nobody uses.
        """
        position = await self._next_position()
        earlier, is_late = await self._neighbours(event)
        listed_at = max(filter(None, (event.data.occurred_at, earlier)))
        added = await self._session.scalar(
            insert_into(self._session, ActivityEntry)
            .values(
                event_id=event.id,
                user_id=self._user_id,
                position=position,
                type=event.type,
                task_id=event.data.task_id,
                sequence=event.sequence,
                title=event.data.title,
                changed=event.data.changed,
                occurred_at=event.data.occurred_at,
                listed_at=listed_at,
            )
            .on_conflict_do_nothing(index_elements=[ActivityEntry.event_id])
            .returning(ActivityEntry.event_id)
        )
        if added is None:
            return None
        if is_late:
            await self._list_no_earlier(event, listed_at)
        await notify(self._session, ACTIVITY, self._user_id)
        return position

    async def page(
        self, limit: int, cursor: str | None, task_id: uuid.UUID | None
    ) -> tuple[list[ActivityEntry], str | None]:
        """Return up to `limit` entries, newest first, and the cursor of the next page."""
        key = (ActivityEntry.listed_at, ActivityEntry.sequence, ActivityEntry.position)
        query = self._mine()
        if task_id is not None:
            query = query.where(ActivityEntry.task_id == task_id)
        if cursor is not None:
            last = await self._at(cursor)
            there = (last.listed_at, last.sequence, last.position)
            query = query.where(tuple_(*key) < tuple_(*there, types=[part.type for part in key]))
        query = query.order_by(*(part.desc() for part in key)).limit(limit + 1)
        rows = list(await self._session.scalars(query))
        if len(rows) <= limit:
            return rows, None
        return rows[:limit], str(rows[limit - 1].position)

    async def after(self, position: int, limit: int) -> Sequence[ActivityEntry]:
        """Return the entries that arrived after `position`, as they arrived."""
        query = self._mine().where(ActivityEntry.position > position)
        rows = await self._session.scalars(query.order_by(ActivityEntry.position).limit(limit))
        return rows.all()

    async def last_position(self) -> int:
        """Return the position of the entry that arrived last, 0 when there is none."""
        query = select(UserPosition.position).where(UserPosition.user_id == self._user_id)
        return await self._session.scalar(query) or 0

    async def _next_position(self) -> int:
        # Locks the user's row until the transaction ends: positions are committed in order, so
        # whoever has read up to one of them can never miss a lower one.
        found = await self._session.scalar(
            insert_into(self._session, UserPosition)
            .values(user_id=self._user_id, position=1)
            .on_conflict_do_update(
                index_elements=[UserPosition.user_id],
                set_={"position": UserPosition.position + 1},
            )
            .returning(UserPosition.position)
        )
        return found or 1

    async def _neighbours(self, event: ReceivedEvent) -> tuple[datetime | None, bool]:
        """Return where the changes before this one are listed, and whether later ones are known."""
        if not event.sequence:
            return None, False
        sequence = ActivityEntry.sequence
        is_before = (sequence < event.sequence) & (sequence > 0)
        row = await self._session.execute(
            select(
                func.max(case((is_before, ActivityEntry.listed_at))),
                func.max(sequence),
            ).where(
                ActivityEntry.user_id == self._user_id,
                ActivityEntry.task_id == event.data.task_id,
            )
        )
        earlier, highest = row.one()
        return earlier, (highest or 0) > event.sequence

    async def _list_no_earlier(self, event: ReceivedEvent, moment: datetime) -> None:
        await self._session.execute(
            update(ActivityEntry)
            .where(
                ActivityEntry.user_id == self._user_id,
                ActivityEntry.task_id == event.data.task_id,
                ActivityEntry.sequence > event.sequence,
                ActivityEntry.listed_at < moment,
            )
            .values(listed_at=moment)
            .execution_options(synchronize_session=False)
        )

    async def _at(self, cursor: str) -> ActivityEntry:
        query = self._mine().where(ActivityEntry.position == int(cursor))
        found = await self._session.scalar(query)
        if found is None:
            raise cursors.unknown()
        return found

    def _mine(self) -> Select[ActivityEntry]:
        return select(ActivityEntry).where(ActivityEntry.user_id == self._user_id)
