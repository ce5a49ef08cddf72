"""Under load, with everything killed once: no acknowledged change lost, doubled or reordered."""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator

import app_users
import lab
import processes
import pytest
import topics
from app import App, pending
from writers import Writers, percentile

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]

SECONDS = 50
KAFKA_AWAY = (10.0, 40.0)
USERS = 6


def backend() -> processes.Container:
    return processes.containers("backend", "backend")[0]


def daprd() -> processes.Container:
    return processes.containers("backend", "daprd")[-1]


class Faults:
    """Do the damage, each at its second."""

    def __init__(self) -> None:
        self.begin = time.monotonic()
        self._kafka: processes.Identity | None = None

    def plan(self) -> Iterator[tuple[float, Callable[[], None]]]:
        yield 5, lambda: processes.kill_container(backend())
        yield KAFKA_AWAY[0], self.stop_kafka
        yield 15, lambda: processes.kill_container(daprd())
        yield 25, lambda: processes.kill_container(backend())
        yield KAFKA_AWAY[1], self.start_kafka
        yield 45, self.restart_postgres

    def run(self) -> None:
        for second, fault in self.plan():
            time.sleep(max(0, self.begin + second - time.monotonic()))
            print(f"second {time.monotonic() - self.begin:.0f}:")
            fault()
        time.sleep(max(0, self.begin + SECONDS - time.monotonic()))

    def stop_kafka(self) -> None:
        self._kafka = processes.stop_part("kafka")

    def start_kafka(self) -> None:
        """Start it at its second, or at the end when a fault before it failed the test."""
        if self._kafka:
            kafka, self._kafka = self._kafka, None
            processes.start_part("kafka", kafka)

    def restart_postgres(self) -> None:
        processes.start_part("postgres", processes.stop_part("postgres"))


def test_nothing_acknowledged_is_lost() -> None:
    run = uuid.uuid4().hex[:8]
    users = tuple(app_users.sign_up(f"loss-{run}-{number}") for number in range(USERS))
    faults = Faults()
    with Writers(users) as writers:
        try:
            faults.run()
        finally:
            faults.start_kafka()
    print_requests(writers, faults.begin)
    assert len(writers.acknowledged) > 100

    lab.until("the outbox is empty", lambda: pending() == 0, 180)
    records = topics.read(*users)
    events = {record.event["id"]: record for record in records}
    lab.until("activity shows every event", lambda: entries(users) >= len(events), 120)
    print(
        f"{len(writers.acknowledged)} acknowledged, {len(events)} events in {len(records)} records"
    )

    told = {(r.event["subject"], int(r.event["sequence"]), kind(r)) for r in events.values()}
    wanted = {(a.task_id, a.sequence, a.kind) for a in writers.acknowledged}
    assert wanted - told == set(), "acknowledged changes without an event"
    assert len(told) == len(events), "two events for one change"

    created = {task for task, _, what in told if what == "created"}
    deleted = {task for task, _, what in told if what == "deleted"}
    stored = {task["id"] for user in users for task in App(user).tasks()}
    assert stored == created - deleted
    assert {a.task_id for a in writers.acknowledged} <= created

    for user in users:
        shown = App(user).activity()
        assert sorted(e["id"] for e in shown) == sorted(
            key for key, record in events.items() if record.key == user
        )
        assert_in_order([(e["task_id"], int(e["sequence"])) for e in reversed(shown)])
    for topic in topics.TOPICS:
        of_topic = [r for r in events.values() if r.topic == topic]
        assert_ascending([(r.event["subject"], int(r.event["sequence"])) for r in of_topic])
        assert all(r.key in users for r in of_topic)


def kind(record: topics.Record) -> str:
    return record.event["type"].rpartition(".")[2]


def entries(users: tuple[str, ...]) -> int:
    return sum(len(App(user).activity()) for user in users)


def assert_in_order(changes: list[tuple[str, int]]) -> None:
    """Insist that each task's changes are 1, 2, 3 … with none missing."""
    by_task: dict[str, list[int]] = defaultdict(list)
    for task, sequence in changes:
        by_task[task].append(sequence)
    wrong = {t: seen for t, seen in by_task.items() if seen != list(range(1, len(seen) + 1))}
    assert wrong == {}


def assert_ascending(changes: list[tuple[str, int]]) -> None:
    """Insist that each task's changes in one topic never go back."""
    last: dict[str, int] = {}
    for task, sequence in changes:
        assert sequence > last.get(task, 0), f"{task}: {sequence} after {last[task]}"
        last[task] = sequence


def print_requests(writers: Writers, begin: float) -> None:
    """Show what the users felt: failures, and how long answers took with and without Kafka."""
    away = [t for t in writers.timings if KAFKA_AWAY[0] <= t.at - begin < KAFKA_AWAY[1]]
    before = [t for t in writers.timings if t.at - begin < KAFKA_AWAY[0]]
    for name, part in (("before", before), ("while Kafka is away", away)):
        seconds = [t.seconds for t in part if t.ok]
        print(
            f"{name}: {len(part)} requests, {sum(not t.ok for t in part)} failed, "
            f"median {percentile(seconds, 0.5) * 1000:.0f} ms, "
            f"p99 {percentile(seconds, 0.99) * 1000:.0f} ms"
        )
    print(f"all: {len(writers.timings)} requests, {len(writers.failures)} without a good answer")
    for failure in writers.failures[:10]:
        print(f"  {failure}")


def test_a_missing_change_would_be_seen() -> None:
    with pytest.raises(AssertionError):
        assert_in_order([("a", 1), ("a", 3)])
    with pytest.raises(AssertionError):
        assert_ascending([("a", 2), ("a", 1)])
