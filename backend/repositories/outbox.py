"""Every query about the outbox that runs in a session; the relay's own are in relay.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import OutboxEvent

# Counting rows is the one thing here whose cost grows with an outage.
COUNT_LIMIT = 100_000


@dataclass(frozen=True)
class OutboxState:
    """Say how much waits, how long the first of it has waited, and how much was refused."""

    pending: int
    oldest_seconds: float
    quarantined: int


class OutboxRepository:
    """Look at the outbox as operators do."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def state(self, moment: datetime) -> OutboxState:
        """Count events; beyond COUNT_LIMIT they are only known to be many."""
        oldest = await self._session.scalar(
            _pending().with_only_columns(OutboxEvent.created_at).limit(1)
        )
        return OutboxState(
            pending=await self._count(_pending()),
            oldest_seconds=max(0.0, (moment - oldest).total_seconds()) if oldest else 0.0,
            quarantined=await self._count(_quarantined()),
        )

    async def pending(self, limit: int) -> Sequence[OutboxEvent]:
        return list(await self._session.scalars(_pending().limit(limit)))

    async def quarantined(self, limit: int) -> Sequence[OutboxEvent]:
        return list(await self._session.scalars(_quarantined().limit(limit)))

    async def release(self, ids: Sequence[UUID] | None) -> Sequence[UUID]:
        """Return quarantined events to the others; None means all of them."""
        chosen = (
            update(OutboxEvent)
            .where(OutboxEvent.quarantined_at.is_not(None))
            .values(quarantined_at=None, reason=None, attempts=0)
            .returning(OutboxEvent.id)
        )
        if ids is not None:
            chosen = chosen.where(OutboxEvent.id.in_(ids))
        return list(await self._session.scalars(chosen))

    async def _count(self, rows: Select[OutboxEvent]) -> int:
        some = rows.with_only_columns(OutboxEvent.position).order_by(None).limit(COUNT_LIMIT)
        return await self._session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _pending() -> Select[OutboxEvent]:
    return _in_order().where(OutboxEvent.quarantined_at.is_(None))


def _quarantined() -> Select[OutboxEvent]:
    return _in_order().where(OutboxEvent.quarantined_at.is_not(None))


def _in_order() -> Select[OutboxEvent]:
    return select(OutboxEvent).order_by(OutboxEvent.position)
