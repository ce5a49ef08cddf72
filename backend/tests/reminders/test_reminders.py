"""A reminder is given once, when it is due, however many look and whatever fails meanwhile."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from database import Database
from errors import DatabaseUnavailable
from repositories.reminders import ReminderRepository
from repositories.tasks import TaskRepository
from schemas.events import WokenBy
from schemas.tasks import TaskCreate, TaskPatch
from services import tasks
from services.reminders.service import Reminders
from tests.patience import PATIENCE_SECONDS
from tests.reminding import LONG_AGO, USER, Nobody, ahead, given, notices, store
from tests.test_tasks import TASKS, create


@pytest.fixture
def reminders(database: Database) -> Reminders:
    return Reminders(database, Nobody(), 30)


async def patch(client: httpx.AsyncClient, task: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = await client.patch(f"{TASKS}/{task['id']}", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def test_a_reminder_is_a_field_like_any_other(client: httpx.AsyncClient) -> None:
    later, moved = iso(ahead(days=1)), iso(ahead(days=2))
    task = await create(client, remind_at=later)
    assert (task["remind_at"], task["reminded_at"], task["version"]) == (later, None, 1)
    task = await patch(client, task, remind_at=moved)
    assert (task["remind_at"], task["version"]) == (moved, 2)
    assert (await patch(client, task, remind_at=moved))["version"] == 2
    task = await patch(client, task, remind_at=None)
    assert (task["remind_at"], task["version"]) == (None, 3)
    answer = await client.post(TASKS, json={"title": "x", "remind_at": "tomorrow"})
    assert answer.json()["errors"][0]["pointer"] == "/remind_at"


async def test_a_past_one_is_given_at_once(client: httpx.AsyncClient) -> None:
    task = await create(client, title="Call Ann", remind_at=iso(LONG_AGO))
    (notice,) = (await notices(client, 1))["items"]
    assert (notice["task_id"], notice["title"]) == (task["id"], "Call Ann")
    assert notice["remind_at"] == iso(LONG_AGO)


async def test_one_that_falls_due_is_given_by_the_process_itself(client: httpx.AsyncClient) -> None:
    await create(client, remind_at=iso(ahead(days=1)))
    due = ahead(seconds=1)
    await create(client, title="soon", remind_at=iso(due))
    (notice,) = (await notices(client, 1))["items"]
    assert notice["title"] == "soon"
    assert datetime.fromisoformat(notice["created_at"]) >= due


async def test_giving_it_is_no_change_of_the_task(client: httpx.AsyncClient) -> None:
    task = await create(client, remind_at=iso(LONG_AGO))
    await notices(client, 1)
    now = (await client.get(f"{TASKS}/{task['id']}")).json()
    assert now["reminded_at"] is not None
    assert now == task | {"reminded_at": now["reminded_at"]}
    # Whoever was in the middle of a change goes on.
    url = f"{TASKS}/{task['id']}"
    answer = await client.patch(url, json={"title": "new"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200


async def test_another_moment_is_another_reminder(client: httpx.AsyncClient) -> None:
    task = await create(client, remind_at=iso(LONG_AGO))
    await notices(client, 1)
    later = iso(ahead(days=1))
    task = await patch(client, task, remind_at=later)
    assert task["reminded_at"] is None
    await patch(client, task, remind_at=iso(LONG_AGO + timedelta(hours=1)))
    assert len((await notices(client, 2))["items"]) == 2


async def test_a_completed_or_deleted_task_is_not_reminded_of(
    database: Database, reminders: Reminders
) -> None:
    completed, deleted, kept = await store(database, *[LONG_AGO] * 3)
    async with database.write() as session:
        done = TaskPatch(completed=True)
        await tasks.change_task(session, USER, completed.id, done, None)
    async with database.write() as session:
        await tasks.delete_task(session, USER, deleted.id, None)
    await reminders.deliver_due(WokenBy.SWEEP)
    assert [event.data.task_id for event in await given(database)] == [kept.id]


async def test_reopening_brings_back_a_reminder_to_come_and_none_that_is_past(
    database: Database, reminders: Reminders
) -> None:
    later = ahead(days=1)
    past, coming = await store(database, LONG_AGO, later)

    async def change(task_id: uuid.UUID, **fields: Any) -> Any:
        async with database.write() as session:
            data = TaskPatch(**fields)
            return await tasks.change_task(session, USER, task_id, data, None)

    for task in (past, coming):
        await change(task.id, completed=True)
    assert (await change(past.id, completed=False)).remind_at is None
    assert (await change(coming.id, completed=False)).remind_at == later
    await reminders.deliver_due(WokenBy.SWEEP)
    assert await given(database) == []
    # Said anew together with it, it is meant.
    await change(past.id, completed=True)
    await change(past.id, completed=False, remind_at=LONG_AGO)
    await reminders.deliver_due(WokenBy.SWEEP)
    assert [event.data.task_id for event in await given(database)] == [past.id]


async def test_many_who_look_at_once_give_each_once(database: Database) -> None:
    stored = await store(database, *[LONG_AGO + timedelta(minutes=n) for n in range(30)])
    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(Reminders(database, Nobody(), 30).deliver_due, WokenBy.JOB)
    events = await given(database)
    assert sorted(str(event.data.task_id) for event in events) == sorted(
        str(task.id) for task in stored
    )


async def test_more_than_fit_one_transaction_are_all_given_earliest_first(
    database: Database, reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reminders.service.BATCH", 3)
    moments = [LONG_AGO + timedelta(minutes=n) for n in (6, 1, 5, 0, 3, 2, 4)]
    await store(database, *moments)
    await reminders.deliver_due(WokenBy.SWEEP)
    assert [event.data.remind_at for event in await given(database)] == sorted(moments)


async def test_its_event_names_the_moment_and_is_the_same_however_often_it_is_made(
    database: Database, reminders: Reminders
) -> None:
    (task,) = await store(database, LONG_AGO)
    before = datetime.now(UTC)
    await reminders.deliver_due(WokenBy.JOB)
    async with database.writer.begin() as connection:
        # As if the one who claimed it had never been.
        await connection.execute(text("UPDATE tasks SET reminded_at = NULL"))
    await reminders.deliver_due(WokenBy.SWEEP)
    first, again = await given(database)
    assert first.id == again.id == uuid.uuid5(task.id, "2026-02-01T12:00:00+00:00")
    assert (first.type, first.subject, first.partitionkey) == (
        "com.todo.reminder.due",
        str(task.id),
        USER,
    )
    assert (first.data.remind_at, first.data.woken_by) == (LONG_AGO, "job")
    assert first.data.occurred_at == first.time >= before
    assert again.data.woken_by == "sweep"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_task_that_is_being_changed_holds_nobody_up(
    database: Database, reminders: Reminders
) -> None:
    held, free = await store(database, LONG_AGO, LONG_AGO)
    async with database.write() as session:
        await TaskRepository(session, USER).get_for_update(held.id)
        with anyio.fail_after(PATIENCE_SECONDS):
            await reminders.deliver_due(WokenBy.JOB)
        assert [event.data.task_id for event in await given(database)] == [free.id]
    await reminders.deliver_due(WokenBy.JOB)
    assert {event.data.task_id for event in await given(database)} == {held.id, free.id}


async def test_one_whose_event_cannot_be_stored_is_not_given_and_comes_again(
    database: Database, reminders: Reminders
) -> None:
    await store(database, LONG_AGO)
    async with database.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    try:
        with pytest.raises((DatabaseUnavailable, ProgrammingError)):
            await reminders.deliver_due(WokenBy.JOB)
    finally:
        async with database.writer.begin() as connection:
            await connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))
    assert await given(database) == []
    await reminders.deliver_due(WokenBy.JOB)
    assert len(await given(database)) == 1


# Wall clocks around the change of each zone, and the moment in UTC that they mean.
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WALL_CLOCKS = [
    # The hour from two to three is left out in spring …
    (datetime(2026, 3, 29, 1, 59, 59, tzinfo=BERLIN), "2026-03-29T00:59:59Z"),
    (datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN), "2026-03-29T01:00:00Z"),
    (datetime(2026, 3, 8, 1, 59, 59, tzinfo=NEW_YORK), "2026-03-08T06:59:59Z"),
    (datetime(2026, 3, 8, 3, 0, tzinfo=NEW_YORK), "2026-03-08T07:00:00Z"),
    # … and in autumn an hour comes twice.
    (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), "2026-10-25T00:30:00Z"),
    (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), "2026-10-25T01:30:00Z"),
    (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK), "2026-11-01T05:30:00Z"),
    (datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=NEW_YORK), "2026-11-01T06:30:00Z"),
    # A week apart by the wall clock is not a week apart.
    (datetime(2026, 3, 25, 9, 0, tzinfo=BERLIN), "2026-03-25T08:00:00Z"),
    (datetime(2026, 4, 1, 9, 0, tzinfo=BERLIN), "2026-04-01T07:00:00Z"),
]


@pytest.mark.parametrize(("wall_clock", "utc"), WALL_CLOCKS, ids=str)
async def test_a_moment_of_any_zone_is_due_when_it_is_that_time_there(
    wall_clock: datetime, utc: str, database: Database
) -> None:
    sent = TaskCreate.model_validate({"title": "x", "remind_at": wall_clock.isoformat()})
    async with database.write() as session:
        task = await tasks.create_task(session, USER, sent)
    moment = datetime.fromisoformat(utc)
    async with database.write() as session:
        repository = ReminderRepository(session)
        assert await repository.claim(moment - timedelta(microseconds=1), 9) == []
        (claimed,) = await repository.claim(moment, 9)
        assert (claimed.task_id, claimed.remind_at) == (task.id, moment)


async def test_what_was_given_is_counted_by_what_woke_it_and_how_late(
    database: Database, reminders: Reminders
) -> None:
    def sample(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(f"todo_reminder{name}", labels) or 0

    def figures() -> tuple[float, float, float]:
        return (
            sample("s_fired_total", woken_by="job"),
            sample("_late_seconds_count"),
            # Set only now, it is not late, whatever it was set to.
            sample("_late_seconds_bucket", le="60.0"),
        )

    before = figures()
    await store(database, LONG_AGO, LONG_AGO)
    await reminders.deliver_due(WokenBy.JOB)
    assert [after - earlier for after, earlier in zip(figures(), before, strict=True)] == [2, 2, 2]
