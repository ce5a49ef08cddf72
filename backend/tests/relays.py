"""Events to relay, and a broker that fails as told."""

import json
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import anyio
import anyio.lowlevel
from sqlalchemy import func, insert, select

from database import Database
from models import OutboxEvent
from services.clock import now
from services.events.outbox import slot_of
from services.events.publishing.port import BrokerUnavailable, Entry, Failure
from services.events.relay.leases import LeaseTimes
from services.events.relay.relay import Relay, RelayOptions
from services.rest import Rest
from tests.patience import PATIENCE_SECONDS

# Pauses as short as a test wants them; their growth is tested by itself.
FAST = RelayOptions(
    poll=0.05,
    gather=0.001,
    first_pause=0.01,
    longest_pause=0.05,
    attempts=3,
    leases=LeaseTimes(seconds=1, renewal=0.1),
)


class Broker:
    """Remember what was published; `fails` says what becomes of an event."""

    def __init__(self) -> None:
        self.received: list[Entry] = []
        self.calls: int = 0
        self.away = False
        self.fails: Callable[[Entry], Failure | None] = lambda _: None

    async def publish(self, topic: str, entries: Sequence[Entry]) -> Mapping[UUID, Failure]:
        self.calls += 1
        await anyio.lowlevel.checkpoint()
        if self.away:
            raise BrokerUnavailable("away as told")
        failures = {entry.id: why for entry in entries if (why := self.fails(entry))}
        self.received += [entry for entry in entries if entry.id not in failures]
        return failures

    async def check(self) -> None:
        if self.away:
            raise BrokerUnavailable("away as told")

    @property
    def ids(self) -> list[UUID]:
        return [entry.id for entry in self.received]


async def store(
    database: Database, *keys: str, topic: str = "task-events", position: int | None = None
) -> list[UUID]:
    """Commit one event for each key and return their ids."""
    ids = [uuid.uuid4() for _ in keys]
    rows = [
        {
            "id": event_id,
            "slot": slot_of(key),
            "key": key,
            "topic": topic,
            "event": json.dumps({"id": str(event_id)}),
            "created_at": now(),
            **({} if position is None else {"position": position}),
        }
        for event_id, key in zip(ids, keys, strict=True)
    ]
    async with database.writer.begin() as connection:
        await connection.execute(insert(OutboxEvent), rows)
    database.events_committed.set()
    return ids


async def pending(database: Database) -> int:
    """Count the events that are still in the outbox."""
    async with database.engine.connect() as connection:
        query = select(func.count()).select_from(OutboxEvent)
        return await connection.scalar(query.where(OutboxEvent.quarantined_at.is_(None))) or 0


async def emptied(database: Database) -> None:
    """Wait until nothing is pending."""
    with anyio.fail_after(PATIENCE_SECONDS):
        while await pending(database):  # noqa: ASYNC110 - it is the database that is looked at
            await anyio.sleep(0.02)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    with anyio.fail_after(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - whoever makes it so tells nobody
            await anyio.sleep(0.01)


@asynccontextmanager
async def relaying(
    database: Database, broker: Broker, options: RelayOptions = FAST, rest: Rest | None = None
) -> AsyncGenerator[Relay]:
    """Run a relay."""
    relay = Relay(database, broker, options, rest)
    async with relay.running():
        yield relay
