"""The measurements: four ways for an event to reach Kafka, in one run on the same machines."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from bench.kafka_reader import Arrival, arrivals, percentile, rate
from bench.load import Written, write
from bench.machines import DAPR_OUTBOX_TOPIC, PUBSUB, Machines, backend
from database import Database
from enumerations import Priority
from schemas.events import TaskEvent, TaskEventData, TaskEventType
from schemas.tasks import TaskRead
from services.dapr_client import BulkEntry, DaprClient
from services.events.builders import event_json
from services.events.outbox import record
from settings import async_database_url

BULK = 500
USERS = 200
_TOPIC = "task-events"


@dataclass(frozen=True)
class Lag:
    """Say how long events took from the change to Kafka, in seconds."""

    per_second: float
    p50: float
    p99: float
    worst: float
    missing: int


def make_events(count: int, users: str) -> list[TaskEvent]:
    """Make events like those of new tasks, of about a kilobyte."""
    return [_event(f"{users}-{number % USERS}", number) for number in range(count)]


async def direct(machines: Machines, count: int) -> float:
    """Publish one event a call, one after the other: what a request would do by itself."""
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{machines.dapr_port}", trust_env=False
    ) as http:
        for event in make_events(count, "direct"):
            answer = await http.post(
                f"/v1.0/publish/{PUBSUB}/bench-direct",
                content=event_json(event),
                headers={"Content-Type": "application/cloudevents+json"},
                params={"metadata.partitionKey": event.partitionkey},
            )
            answer.raise_for_status()
    return rate(_all_of(arrivals(machines, "bench-direct"), count))


async def bulk(machines: Machines, count: int) -> float:
    """Publish in bulk from memory: the limit of sidecar and broker, without any database."""
    events = make_events(count, "bulk")
    entries = [BulkEntry(str(e.id), event_json(e), e.partitionkey) for e in events]
    async with DaprClient(machines.dapr_port) as client:
        for first in range(0, count, BULK):
            failed = await client.publish_bulk(PUBSUB, "bench-bulk", entries[first : first + BULK])
            if failed:
                raise RuntimeError(f"{failed[0].id}: {failed[0].reason}")
    return rate(_all_of(arrivals(machines, "bench-bulk"), count))


async def outbox(machines: Machines, count: int) -> float:
    """Let one backend process empty an outbox that is full when it starts."""
    async with _database(machines) as database:
        await _store(database, make_events(count, "drain"))
        with backend(machines) as address:
            await _emptied(address)
    return rate(_all_of(_of(machines, "drain"), count))


async def api_lag(machines: Machines, per_second: int, seconds: int) -> tuple[Written, Lag]:
    """Write to the API of one backend process and see when each event is in Kafka."""
    with backend(machines) as address:
        written = await write(address, per_second, seconds)
        await _emptied(address)
    return written, _lag(machines, "api", written.accepted, written.duration)


async def stored_lag(machines: Machines, per_second: int, seconds: int) -> Lag:
    """Commit events from another process, which wakes no relay: the worst way to be noticed."""
    count = per_second * seconds
    due = iter(range(count))
    async with _database(machines) as database:
        with backend(machines) as address:
            start = time.perf_counter()

            async def store() -> None:
                for number in due:
                    await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
                    await _store(database, [_event(f"stored-{number % USERS}", number)])

            await asyncio.gather(*(store() for _ in range(8)))
            duration = time.perf_counter() - start
            await _emptied(address)
    return _lag(machines, "stored", count, duration)


def _lag(machines: Machines, users: str, count: int, duration: float) -> Lag:
    found = _of(machines, users)
    ages = [arrival.arrived - arrival.made for arrival in found]
    return Lag(
        per_second=count / duration,
        p50=percentile(ages, 0.5),
        p99=percentile(ages, 0.99),
        worst=max(ages),
        missing=count - len({arrival.id for arrival in found}),
    )


async def dapr_outbox(machines: Machines, count: int, patience: float) -> float:
    """Let the sidecar's own outbox publish what one state transaction each stored."""
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{machines.dapr_port}", trust_env=False, timeout=30
    ) as http:
        for event in make_events(count, "dapr"):
            value = event.data.model_dump(mode="json")
            upsert = {"operation": "upsert", "request": {"key": event.subject, "value": value}}
            answer = await http.post(
                "/v1.0/state/statestore/transaction", json={"operations": [upsert]}
            )
            answer.raise_for_status()
    until = time.monotonic() + patience
    while True:
        found = await asyncio.to_thread(arrivals, machines, DAPR_OUTBOX_TOPIC, 4)
        if len(found) >= count or time.monotonic() > until:
            return rate(found)


@asynccontextmanager
async def _database(machines: Machines) -> AsyncGenerator[Database]:
    database = Database(async_database_url(machines.database_url))
    try:
        yield database
    finally:
        await database.close()


async def _store(database: Database, events: Sequence[TaskEvent]) -> None:
    for first in range(0, len(events), 5000):
        async with database.write() as session:
            for event in events[first : first + 5000]:
                record(session, event)
            await session.commit()


async def _emptied(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        while True:
            health = (await http.get(f"{address}/health")).json()
            if health["outbox"] and health["outbox"]["pending"] == 0:
                return
            await asyncio.sleep(0.5)


def _of(machines: Machines, users: str) -> list[Arrival]:
    found = arrivals(machines, _TOPIC)
    return [arrival for arrival in found if (arrival.key or "").startswith(f"{users}-")]


def _all_of(found: list[Arrival], count: int) -> list[Arrival]:
    if len({arrival.id for arrival in found}) != count:
        raise RuntimeError(f"{count} events were sent, {len(found)} records are in Kafka")
    return found


def _event(user: str, number: int) -> TaskEvent:
    moment = datetime.now(UTC)
    task = TaskRead(
        id=uuid.uuid4(),
        title=f"Book train {number}",
        description="Window seat, quiet car. " * 12,
        completed=False,
        completed_at=None,
        due_at=None,
        remind_at=None,
        reminded_at=None,
        priority=Priority.NORMAL,
        tags=["travel"],
        version=1,
        created_at=moment,
        updated_at=moment,
    )
    trace = f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-00"
    return TaskEvent(
        id=uuid.uuid4(),
        type=TaskEventType.CREATED,
        subject=str(task.id),
        time=moment,
        traceparent=trace,
        traceid=trace,
        sequence="1",
        partitionkey=user,
        data=TaskEventData(
            task_id=task.id,
            user_id=user,
            title=task.title,
            sequence=1,
            occurred_at=moment,
            task=task,
            changed=[],
        ),
    )
