"""Every change has its event, in the same transaction, and none is without a change."""

import json
from typing import Any

import anyio
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from database import Database
from errors import DatabaseUnavailable, VersionMismatch
from models import OutboxEvent, Task
from schemas.events import TaskEvent, TaskEventType
from schemas.tasks import TaskCreate, TaskPatch
from schemas.versions import EntityTags, Precondition
from services import tasks
from services.events.builders import event_json, task_event
from services.events.outbox import SLOTS, slot_of

USER = "dev-user"


async def create(database: Database, **fields: Any) -> Task:
    async with database.write() as session:
        return await tasks.create_task(session, USER, TaskCreate(title="Book", **fields))


async def patch(database: Database, task: Task, version: int | None = None, **fields: Any) -> Task:
    async with database.write() as session:
        data = TaskPatch(**fields)
        match = None if version is None else EntityTags.parse(f'"{version}"')
        return await tasks.change_task(session, USER, task.id, data, Precondition(match))


async def stored(database: Database) -> list[OutboxEvent]:
    async with database.read() as session:
        return list(await session.scalars(select(OutboxEvent).order_by(OutboxEvent.position)))


async def test_each_change_stores_the_event_that_tells_of_it(database: Database) -> None:
    task = await create(database)
    await patch(database, task, title="Book it", tags=["travel"])
    await patch(database, task, completed=True, title="Booked")
    await patch(database, task, completed=False)
    async with database.write() as session:
        await tasks.delete_task(session, USER, task.id, None)
    rows = await stored(database)
    found = [TaskEvent.model_validate_json(row.event) for row in rows]
    assert [
        (row.topic, event.type.rpartition(".")[2]) for row, event in zip(rows, found, strict=True)
    ] == [
        ("task-events", "created"),
        ("task-updates", "updated"),
        ("task-events", "completed"),
        ("task-updates", "updated"),
        ("task-events", "deleted"),
    ]
    assert [event.sequence for event in found] == ["1", "2", "3", "4", "5"]
    assert [event.data.changed for event in found] == [
        [],
        ["tags", "title"],
        ["completed", "title"],
        ["completed"],
        [],
    ]
    assert [event.data.task and event.data.task.version for event in found] == [1, 2, 3, 4, None]
    assert {event.data.title for event in found} == {"Book", "Book it", "Booked"}


async def test_an_event_is_a_cloud_event_whose_key_is_its_user(database: Database) -> None:
    task = await create(database)
    [row] = await stored(database)
    event = json.loads(row.event)
    data = event.pop("data")
    assert event.pop("time") == data["occurred_at"]
    # A sidecar replaces the one where the other is missing.
    trace = event.pop("traceparent")
    assert event.pop("traceid") == trace
    assert event == {
        "specversion": "1.0",
        "id": str(row.id),
        "source": "/todo/backend",
        "type": "com.todo.task.created",
        "subject": str(task.id),
        "datacontenttype": "application/json",
        "sequence": "1",
        "partitionkey": USER,
    }
    assert (row.key, row.slot) == (USER, slot_of(USER))
    assert (data["task_id"], data["user_id"], data["sequence"]) == (str(task.id), USER, 1)


async def test_an_event_outside_of_a_trace_names_none(database: Database) -> None:
    task = await create(database)
    event = task_event(TaskEventType.CREATED, task, task.created_at)
    text = event_json(event.model_copy(update={"traceparent": None, "traceid": None}))
    # Null is no CloudEvents value.
    assert "trace" not in text
    assert '"description":null' in text


async def test_a_change_that_is_refused_or_changes_nothing_has_no_event(
    database: Database,
) -> None:
    task = await create(database)
    await patch(database, task, title="Book")
    with pytest.raises(VersionMismatch):
        await patch(database, task, version=7, title="other")
    assert len(await stored(database)) == 1


async def test_a_change_whose_event_cannot_be_stored_is_undone(database: Database) -> None:
    task = await create(database)
    async with database.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    try:
        with pytest.raises((DatabaseUnavailable, ProgrammingError)):
            await patch(database, task, title="never seen")
    finally:
        async with database.writer.begin() as connection:
            await connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))
    async with database.read() as session:
        assert (await tasks.get_task(session, USER, task.id)).title == "Book"


async def test_changes_at_once_are_told_in_the_order_they_were_made(database: Database) -> None:
    task = await create(database)
    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(lambda number=number: patch(database, task, title=f"no {number}"))
    rows = await stored(database)
    assert [json.loads(row.event)["sequence"] for row in rows] == [str(n) for n in range(1, 22)]


async def test_a_commit_wakes_the_relay_and_a_rollback_does_not(database: Database) -> None:
    await create(database)
    assert database.events_committed.is_set()
    database.events_committed.clear()
    async with database.write() as session:
        session.add(Task(user_id=USER, title="x"))
        await session.rollback()
    assert not database.events_committed.is_set()


def test_slots_do_not_change_between_releases() -> None:
    assert [slot_of(key) for key in ("dev-user", "a", "ä")] == [22, 3, 3]
    assert {slot_of(f"user-{n}") for n in range(1000)} == set(range(SLOTS))
