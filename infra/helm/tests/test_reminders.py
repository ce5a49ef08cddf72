"""A reminder is one notice in time, by a job of Dapr's scheduler; without one, at the next sweep.

Real parts: backends as processes, daprd with the chart's objects, Dapr's scheduler, Kafka and
PostgreSQL. Marked `lab` for what these need: the lab's programs.
"""

import json
import shutil
import time
from collections.abc import Generator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import backend
import broker
import postgres
import scheduler
from broker import Broker
from front_door import open_door
from programs import tool
from reminding import Replica, World, ahead, identity, world
from rendering import Chart
from scheduler import Scheduler

pytestmark = pytest.mark.lab

# So rare that no reminder of a test is found by it.
RARE = 300
OFTEN = 3
# gRPC, by which a sidecar finds a scheduler again, waits up to two minutes between two tries.
FOUND_AGAIN = 180


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Generator[Broker]:
    with broker.running(Path(tool("kafka")), tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="module")
def parts(kafka: Broker, tmp_path_factory: pytest.TempPathFactory) -> World:
    helm = Chart(tool("helm"))
    return world(helm, tool("daprd"), kafka, tmp_path_factory.mktemp("replicas"))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scheduler]:
    """Run a scheduler that no test touches."""
    with scheduler.running(tool("scheduler"), tmp_path_factory.mktemp("jobs") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def database() -> Generator[str]:
    with postgres.running_server() as url:
        migrate(url)
        yield url


@pytest.fixture(scope="module")
def replicas(parts: World, database: str, jobs: Scheduler) -> Generator[tuple[Replica, Replica]]:
    with ExitStack() as running:
        first, second = (
            running.enter_context(parts.replica(database, jobs.address, RARE)) for _ in range(2)
        )
        yield first, second


def migrate(url: str) -> None:
    done = backend.run("migrate", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr


def late(notice: dict[str, str]) -> float:
    """Return how many seconds after its moment a notice was stored."""
    moments = (datetime.fromisoformat(notice[name]) for name in ("created_at", "remind_at"))
    created, due = moments
    print(notice["title"], notice["woken_by"], (created - due).total_seconds(), "s late")
    return (created - due).total_seconds()


def test_a_reminder_two_seconds_ahead_is_brought_by_a_job(
    replicas: tuple[Replica, Replica],
) -> None:
    replicas[0].set("in two seconds", ahead(2))
    notice = replicas[0].notice("in two seconds")
    assert notice["woken_by"] == "job"
    assert late(notice) > 0


def test_two_backends_give_one_notice_each_time(replicas: tuple[Replica, Replica]) -> None:
    first, second = replicas
    due = ahead(3)
    titles = {f"together {number}" for number in range(20)}
    for number, title in enumerate(sorted(titles)):
        replicas[number % 2].set(title, due)
    second.set("afterwards", ahead(6))
    # One job is enough for all of them; what it brings comes before what is due later.
    late(second.notice("afterwards"))
    found = [item["title"] for item in first.notices() if item["title"] in titles]
    assert sorted(found) == sorted(titles)


def test_a_job_that_comes_twice_or_for_nothing_is_one_notice(
    replicas: tuple[Replica, Replica],
) -> None:
    first, second = replicas
    first.set("once", ahead(2))
    job = {"dueTime": "2s", "data": {"from": "a test"}}
    for number, replica in enumerate((first, second, first)):
        # As left behind by a release that named them otherwise.
        assert replica.sidecar.call("POST", f"/v1.0/jobs/stale-{number}", job)[0] == 204
    first.notice("once")
    second.set("after it", ahead(2))
    second.notice("after it")
    assert [item["title"] for item in first.notices()].count("once") == 1


def test_a_past_moment_is_a_notice_at_once(replicas: tuple[Replica, Replica]) -> None:
    replicas[1].set("long ago", datetime(2026, 2, 1, tzinfo=UTC))
    assert replicas[0].notice("long ago")["woken_by"] == "process"


def test_what_was_changed_or_cancelled_does_not_come(replicas: tuple[Replica, Replica]) -> None:
    first, second = replicas
    due = ahead(3)
    fates: dict[str, dict[str, Any]] = {
        "moved": {"remind_at": ahead(3600).isoformat()},
        "cancelled": {"remind_at": None},
        "completed": {"completed": True},
    }
    for title, fields in fates.items():
        first.change(first.set(title, due), **fields)
    deleted = first.set("deleted", due)
    assert first.api.call("DELETE", f"/api/dev-user/tasks/{deleted}")[0] == 204
    second.set("kept", ahead(5))
    second.notice("kept")
    assert not {item["title"] for item in first.notices()} & {*fates, "deleted"}


def test_the_selfcheck_sees_a_job_fire_and_the_state_store_work(
    parts: World, replicas: tuple[Replica, Replica], database: str, jobs: Scheduler
) -> None:
    with parts.selfcheck_sidecar(database, jobs.address) as sidecar:
        lines = selfcheck(replicas[0], sidecar.port)
    assert lines["state"]["passed"], lines
    assert lines["jobs"]["passed"], lines
    assert "a job brought a notice" in lines["jobs"]["evidence"]


def selfcheck(replica: Replica, sidecar_port: int) -> dict[str, dict[str, str]]:
    """Run `todo selfcheck` as its pod does, and return its lines by name."""
    with open_door() as door:
        done = backend.run(
            "selfcheck", "--checks", "state,jobs", DAPR_HTTP_PORT=str(sidecar_port),
            TODO_BACKEND_URL=f"http://127.0.0.1:{replica.api.port}",
            TODO_FRONTEND_URL=door, TODO_SMOKE_PASSWORD="a password of nobody",
        )  # fmt: skip
    print(done.stdout, done.stderr)
    return {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}


def test_the_scheduler_may_be_killed_and_forget_everything(
    parts: World, database: str, tmp_path: Path
) -> None:
    memory = tmp_path / "data"
    with ExitStack() as running:
        first = running.enter_context(scheduler.running(tool("scheduler"), memory))
        replica = running.enter_context(parts.replica(database, first.address, OFTEN))
        replica.set("with a scheduler", ahead(2))
        replica.notice("with a scheduler")

        replica.set("without one", ahead(OFTEN + 1))
        before = identity(first.process.pid)
        first.kill()
        shutil.rmtree(memory)
        notice = replica.notice("without one")
        assert notice["woken_by"] in ("sweep", "process")
        late(notice)
        assert replica.api.call("GET", "/api/health")[0] == 200
        assert replica.sidecar.process.poll() is None, replica.sidecar.complaints()

        again = running.enter_context(scheduler.running(tool("scheduler"), memory, first.port))
        assert identity(again.process.pid) != before
        until = time.monotonic() + FOUND_AGAIN
        for number in count():
            replica.set(f"with another {number}", ahead(2))
            if replica.notice(f"with another {number}")["woken_by"] == "job":
                break
            assert time.monotonic() < until, replica.sidecar.complaints()


def test_the_selfcheck_says_when_only_the_sweep_finds_reminders(
    parts: World, database: str, tmp_path: Path
) -> None:
    with ExitStack() as running:
        first = running.enter_context(scheduler.running(tool("scheduler"), tmp_path / "data"))
        replica = running.enter_context(parts.replica(database, first.address, OFTEN))
        sidecar = running.enter_context(parts.selfcheck_sidecar(database, first.address))
        first.kill()
        lines = selfcheck(replica, sidecar.port)
    assert lines["state"]["passed"], lines
    assert not lines["jobs"]["passed"], lines
    assert "no job was delivered" in lines["jobs"]["evidence"]
    assert "dapr-scheduler" in lines["jobs"]["next_step"]


def test_a_reminder_survives_the_end_of_everything(tmp_path: Path) -> None:
    """Only PostgreSQL's files stay: the scheduler's memory is removed, Kafka is another one."""
    lives: list[set[tuple[int, str]]] = []
    with postgres.cluster() as home:
        for number, life in enumerate(("first", "second")):
            folder = tmp_path / life
            for part in ("kafka", "replicas"):
                (folder / part).mkdir(parents=True)
            with ExitStack() as running:
                kafka = broker.running(Path(tool("kafka")), folder / "kafka")
                shared = running.enter_context(kafka)
                url = running.enter_context(postgres.serving(home))
                migrate(url)
                jobs = running.enter_context(scheduler.running(tool("scheduler"), folder / "jobs"))
                parts = world(Chart(tool("helm")), tool("daprd"), shared, folder / "replicas")
                replica = running.enter_context(parts.replica(url, jobs.address, RARE))
                lives.append(_processes(home, jobs, replica))
                if number == 0:
                    replica.set("across the end", ahead(15))
                    assert replica.notices() == []
                else:
                    late(replica.notice("across the end"))
    before, after = lives
    assert len(before | after) == 8


def _processes(home: Path, jobs: Scheduler, replica: Replica) -> set[tuple[int, str]]:
    served_by = int((home / "data/postmaster.pid").read_text().splitlines()[0])
    processes = (jobs.process, replica.api.process, replica.sidecar.process)
    return {identity(pid) for pid in (served_by, *(process.pid for process in processes))}
