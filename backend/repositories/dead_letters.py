"""Every query about dead letters."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import DeadLetter
from repositories.upserts import insert_into


class DeadLetterRepository:
    """Read and write events that could not be handled."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def store(
        self, key: uuid.UUID, topic: str, event: str, reason: str, received_at: datetime
    ) -> bool:
        """Keep a letter; return False when it is kept already."""
        added = await self._session.scalar(
            insert_into(self._session, DeadLetter)
            .values(id=key, topic=topic, event=event, reason=reason, received_at=received_at)
            .on_conflict_do_nothing(index_elements=[DeadLetter.id])
            .returning(DeadLetter.id)
        )
        return added is not None

    async def get(self, key: uuid.UUID) -> DeadLetter | None:
        """Return the letter, waiting or not, or None."""
        return await self._session.get(DeadLetter, key)

    async def waiting(self) -> Sequence[DeadLetter]:
        """Return the letters that no replay has handled yet, oldest first."""
        return (await self._session.scalars(self._waiting())).all()

    def _waiting(self) -> Select[DeadLetter]:
        query = select(DeadLetter).where(DeadLetter.replayed_at.is_(None))
        return query.order_by(DeadLetter.received_at, DeadLetter.id)
