"""The outbox: events are stored with the change they tell of, and published afterwards."""

import zlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import event as orm_events
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from models import OutboxEvent
from repositories.outbox import OutboxRepository, OutboxState
from schemas.events import Event
from services.clock import now
from services.events.builders import event_json

# Shares of the events that relays lease. More than there will ever be replicas, and fixed: rows
# already stored carry the slot they were given.
SLOTS = 32


def slot_of(key: str) -> int:
    """Return the slot of a key: events of one key are published by one relay at a time."""
    return zlib.crc32(key.encode()) % SLOTS


def record(session: AsyncSession, event: Event) -> None:
    """Store an event in the caller's transaction; its commit wakes the relay of this process."""
    session.add(
        OutboxEvent(
            id=event.id,
            slot=slot_of(event.partitionkey),
            key=event.partitionkey,
            topic=event.type.topic,
            event=event_json(event),
            created_at=now(),
        )
    )
    orm_events.listen(session.sync_session, "after_commit", _wake_relay, once=True)


def _wake_relay(session: Session) -> None:
    session.info["events_committed"].set()


async def outbox_state(session: AsyncSession) -> OutboxState:
    """Count what waits and what is quarantined."""
    return await OutboxRepository(session).state(now())


async def pending_events(session: AsyncSession, limit: int) -> Sequence[OutboxEvent]:
    """Return the events that wait longest."""
    return await OutboxRepository(session).pending(limit)


async def quarantined_events(session: AsyncSession, limit: int) -> Sequence[OutboxEvent]:
    """Return the events that were refused, oldest first."""
    return await OutboxRepository(session).quarantined(limit)


async def replay(session: AsyncSession, ids: Sequence[UUID] | None) -> Sequence[UUID]:
    """Let quarantined events be published again, all of them for None; return which."""
    replayed = await OutboxRepository(session).release(ids)
    await session.commit()
    return replayed
