"""Each change of a task becomes one CloudEvent on the right topic and one activity entry."""

from datetime import datetime

import lab
import pytest
import topics
from app import App, pending
from confluent_kafka import KafkaException

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]

WANTED = [
    ("task-events", "com.todo.task.created", "1"),
    ("task-updates", "com.todo.task.updated", "2"),
    ("task-events", "com.todo.task.completed", "3"),
    ("task-events", "com.todo.task.deleted", "4"),
]


def change_a_task_in_every_way(app: App) -> str:
    task = app.create("Buy milk")
    app.change(task["id"], title="Buy oat milk")
    app.change(task["id"], completed=True)
    app.delete(task["id"])
    return task["id"]


def test_every_change_is_one_event_on_its_topic(user: str) -> None:
    task_id = change_a_task_in_every_way(App(user))
    lab.until("all four events are in Kafka", lambda: len(topics.read(user)) >= len(WANTED), 30)
    records = sorted(topics.read(user), key=lambda record: int(record.event["sequence"]))
    assert [(r.topic, r.event["type"], r.event["sequence"]) for r in records] == WANTED
    assert {record.key for record in records} == {user}
    assert len({record.event["id"] for record in records}) == len(WANTED)
    for record in records:
        event = record.event
        assert event["specversion"] == "1.0"
        assert event["source"] == "/todo/backend"
        assert event["subject"] == event["data"]["task_id"] == task_id
        assert event["data"]["user_id"] == user
        assert event["data"]["title"] in {"Buy milk", "Buy oat milk"}
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
        assert event["traceparent"].startswith("00-")


def test_activity_shows_each_event_once_in_order_of_its_sequence(user: str) -> None:
    app = App(user)
    task_id = change_a_task_in_every_way(app)
    lab.until("activity shows all four", lambda: len(app.activity()) >= len(WANTED), 30)
    entries = list(reversed(app.activity()))
    assert [entry["type"] for entry in entries] == [kind for _, kind, _ in WANTED]
    assert {entry["task_id"] for entry in entries} == {task_id}
    assert {entry["id"] for entry in entries} == {r.event["id"] for r in topics.read(user)}


def test_nothing_is_left_in_the_outbox(user: str) -> None:
    change_a_task_in_every_way(App(user))
    lab.until("the outbox is empty", lambda: pending() == 0, 30)


def test_the_topics_are_closed_to_a_wrong_password() -> None:
    reader = topics.consumer(password="not-the-password")
    try:
        with pytest.raises(KafkaException):
            reader.list_topics(timeout=5)
    finally:
        reader.close()
