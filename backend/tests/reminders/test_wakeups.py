"""Somebody looks for due reminders in time, and no one depends on being woken."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
import pytest

from database import Database
from schemas.tasks import TaskCreate, TaskPatch
from services import tasks
from services.dapr_client import DaprClient
from services.reminders.scheduler import InProcessScheduler, whole_seconds
from services.reminders.scheduler_dapr import RETRY_SECONDS, DaprScheduler
from services.reminders.service import Reminders
from tests.patience import PATIENCE_SECONDS
from tests.relays import until
from tests.reminding import LONG_AGO, USER, Nobody, ahead, given, store
from tests.test_dapr_client import free_port

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_one_wakeup_serves_all_that_is_due_within_a_second() -> None:
    moments = [NINE + SECOND / 4, NINE + SECOND / 2, NINE + SECOND, NINE + 5 * SECOND]
    now = NINE - 20 * SECOND
    assert whole_seconds(moments, now) == [NINE + SECOND, NINE + 5 * SECOND]


def test_a_wakeup_is_never_before_its_moment_and_never_without_a_pause() -> None:
    for microseconds in (0, 1, 999_999):
        moment = NINE + timedelta(microseconds=microseconds)
        (woken,) = whole_seconds([moment], NINE - 20 * SECOND)
        assert moment <= woken < moment + SECOND
        # Found not to be due by this machine's clock, or held by somebody: a second later again.
        for now in (moment, moment + 20 * SECOND):
            (woken,) = whole_seconds([moment], now)
            assert now + SECOND <= woken < now + 2 * SECOND


async def test_its_own_clock_lets_a_process_sleep_until_the_first_but_never_for_long() -> None:
    clock = InProcessScheduler(sweep_seconds=30)
    assert await clock.schedule([]) == 30
    assert await clock.schedule([ahead(seconds=90), ahead(seconds=95)]) == 30
    seconds = await clock.schedule([ahead(seconds=20), ahead(seconds=25)])
    assert seconds is not None and 15 < seconds <= 20
    assert await clock.schedule([LONG_AGO]) == 0


class Sidecar:
    """A sidecar that takes jobs, up to a number of them."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.jobs: list[tuple[str, dict[str, object]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        self.jobs.append((request.url.path, json.loads(request.content)))
        if len(self.jobs) <= self.takes:
            return httpx.Response(204)
        return httpx.Response(500, json={"errorCode": "DAPR_SCHEDULER_SCHEDULE_JOB"})


async def test_a_job_is_named_after_its_second_so_that_writing_it_again_changes_nothing() -> None:
    sidecar = Sidecar(takes=9)
    async with DaprClient(3500, httpx.MockTransport(sidecar)) as client:
        assert await DaprScheduler(client).schedule([NINE, NINE + SECOND]) is None
    name, job = sidecar.jobs[0]
    assert name == "/v1.0/jobs/reminders-1772355600"
    assert job == {
        "dueTime": "2026-03-01T09:00:00+00:00",
        "overwrite": True,
        # Without it the scheduler would never deliver the job.
        "data": {"moment": "2026-03-01T09:00:00+00:00"},
    }
    assert [path for path, _ in sidecar.jobs[1:]] == ["/v1.0/jobs/reminders-1772355601"]


async def test_a_sidecar_that_takes_no_jobs_is_asked_again_before_long(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sidecar = Sidecar(takes=1)
    caplog.set_level("INFO", "todo")
    async with DaprClient(3500, httpx.MockTransport(sidecar)) as client:
        jobs = DaprScheduler(client)
        for _ in range(3):
            # Not one after the other for each of what may be many: the first refusal is enough.
            assert await jobs.schedule([NINE, NINE + SECOND, NINE + 2 * SECOND]) == RETRY_SECONDS
        assert len(sidecar.jobs) == 2 + 1 + 1
        sidecar.takes = 9
        assert await jobs.schedule([NINE]) is None
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "no job scheduled, will look and try again until it works",
        "jobs are scheduled again",
    ]


async def test_nobody_at_the_sidecars_port_holds_nobody_up() -> None:
    async with DaprClient(free_port()) as nobody:
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await DaprScheduler(nobody).schedule([NINE] * 60) == RETRY_SECONDS
            # With nothing to schedule there is nothing to try again.
            assert await DaprScheduler(nobody).schedule([]) is None


async def test_what_falls_due_before_the_next_sweep_but_one_is_arranged(
    database: Database,
) -> None:
    soon, next_sweep, later = ahead(seconds=10), ahead(seconds=50), ahead(seconds=70)
    await store(database, later, next_sweep, soon, soon)
    wakeups = Nobody()
    async with Reminders(database, wakeups, sweep_seconds=30).running():
        await until(lambda: bool(wakeups.asked))
    assert wakeups.asked[0] == whole_seconds([soon, next_sweep], datetime.now(UTC))


async def test_only_the_commit_of_a_task_with_a_reminder_makes_the_process_look(
    database: Database,
) -> None:
    changed = database.reminders_changed

    async def change(**fields: Any) -> bool:
        changed.clear()
        async with database.write() as session:
            await tasks.change_task(session, USER, task.id, TaskPatch(**fields), None)
        return changed.is_set()

    async with database.write() as session:
        task = await tasks.create_task(session, USER, TaskCreate(title="x"))
    assert not changed.is_set()
    assert not await change(title="y", completed=True)
    assert not await change(completed=False)
    assert await change(remind_at=ahead(days=1))
    assert not await change(title="z")
    await change(completed=True)
    assert await change(completed=False)
    assert not await change(remind_at=None)


async def test_setting_one_has_it_arranged_at_once(database: Database) -> None:
    wakeups = Nobody()
    async with Reminders(database, wakeups, sweep_seconds=30).running():
        await until(lambda: len(wakeups.asked) == 1)
        due = ahead(seconds=20)
        await store(database, due)
        await until(lambda: len(wakeups.asked) == 2)
        assert wakeups.asked[1] == whole_seconds([due], datetime.now(UTC))


async def test_what_fell_due_while_nobody_ran_is_given_at_the_start(database: Database) -> None:
    await store(database, LONG_AGO)
    wakeups = Nobody()
    async with Reminders(database, wakeups, sweep_seconds=30).running():
        await until(lambda: bool(wakeups.asked))
    (event,) = await given(database)
    assert event.data.woken_by == "process"


async def test_while_the_database_is_away_the_process_goes_on_looking() -> None:
    database = Database("postgresql+asyncpg://todo@127.0.0.1:1/todo")
    asked: list[int] = []

    class Often(Nobody):
        async def schedule(self, moments: object) -> float | None:
            asked.append(1)
            return 0.01

    async with Reminders(database, Often(), sweep_seconds=30).running():
        await until(lambda: len(asked) > 2)
    await database.close()
