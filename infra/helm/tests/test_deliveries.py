"""What Kafka holds reaches the backend through a real daprd: once, later, or as a dead letter.

Real parts: the backend as a process, daprd with infra/dapr-components as they stand, and Kafka.
Marked `lab` for what these need: the lab's programs.
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

import backend
import broker
import daprd
from backend import Backend
from broker import Broker
from daprd import App, Daprd
from programs import tool
from rendering import COMPONENTS, documents, topics

pytestmark = pytest.mark.lab

TOKEN = "app-token-of-a-test"
PATIENCE = 120


@dataclass(frozen=True)
class Stack:
    """Hold what runs."""

    api: Backend
    sidecar: Daprd
    kafka: Broker
    database: Path

    def send(self, topic: str, record: bytes) -> None:
        """Put a record into a topic, as anybody with Kafka's password may."""
        producer = Producer(self.kafka.settings())
        # One key: what comes after a record waits behind it.
        producer.produce(topic, record, key="dev-user", partition=0)
        assert producer.flush(30) == 0

    def activity(self) -> list[str]:
        """Return the ids of the events in the feed."""
        items = self.api.call("GET", "/api/dev-user/activity?limit=100")[1]["items"]
        return [item["id"] for item in items]

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return what the operator's command lists."""
        command = ("events", "dead-letters", "--json")
        return json.loads(backend.run(*command, DATABASE_URL=self.url).stdout)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait for something to be true."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, (what, self.sidecar.complaints())
            time.sleep(0.2)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    folder = tmp_path_factory.mktemp("deliveries")
    database = folder / "todo.db"
    migrated = backend.run("migrate", DATABASE_URL=f"sqlite:///{database}")
    assert migrated.returncode == 0, migrated.stderr
    port, sidecar_port = broker.free_port(), str(broker.free_port())
    with ExitStack() as running:
        kafka = running.enter_context(
            broker.running(Path(tool("kafka")), tmp_path_factory.mktemp("kafka"))
        )
        api = running.enter_context(
            backend.running(
                folder, port,
                TODO_EVENTS="dapr", DAPR_HTTP_PORT=sidecar_port, APP_API_TOKEN=TOKEN,
                DATABASE_URL=f"sqlite:///{database}",
            )
        )  # fmt: skip
        backend.wait(api)
        secrets = {
            ("kafka-secrets", "brokers"): kafka.address,
            ("kafka-secrets", "username"): broker.USER,
            ("kafka-secrets", "password"): broker.PASSWORD,
        }
        chosen = [
            manifest
            for manifest in documents(COMPONENTS).values()
            if manifest["kind"] != "Component" or manifest["metadata"]["name"] == "kafka-pubsub"
        ]
        sidecar = running.enter_context(
            daprd.running(
                tool("daprd"), daprd.standalone(chosen, secrets), folder, App(port),
                DAPR_HTTP_PORT=sidecar_port, APP_API_TOKEN=TOKEN,
                SSL_CERT_FILE=str(kafka.authority),
            )
        )  # fmt: skip
        yield Stack(api, sidecar, kafka, database)


def event(title: str = "a task") -> dict[str, Any]:
    task = str(uuid.uuid4())
    moment = "2026-02-01T12:00:00Z"
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/todo/backend",
        "type": "com.todo.task.created",
        "subject": task,
        "time": moment,
        "datacontenttype": "application/json",
        "sequence": "1",
        "partitionkey": "dev-user",
        "data": {
            "task_id": task,
            "user_id": "dev-user",
            "title": title,
            "sequence": 1,
            "occurred_at": moment,
            "task": None,
            "changed": [],
        },
    }


def test_a_record_that_comes_twice_is_one_entry(stack: Stack) -> None:
    sent, last = event(), event()
    for each in (sent, sent, last):
        stack.send("task-events", json.dumps(each).encode())
    stack.until("the last one is there", lambda: last["id"] in stack.activity())
    assert stack.activity().count(sent["id"]) == 1


@pytest.mark.parametrize("topic", topics())
def test_poison_becomes_a_dead_letter_and_stops_nobody(stack: Stack, topic: str) -> None:
    poison, good = event("x" * 201), event()
    garbage = f"no JSON at all {uuid.uuid4()}".encode()
    before = len(stack.dead_letters())
    for record in (json.dumps(poison).encode(), garbage, json.dumps(good).encode()):
        stack.send(topic, record)
    stack.until("the event behind is there", lambda: good["id"] in stack.activity())
    stack.until("both are kept", lambda: len(stack.dead_letters()) == before + 2)
    kept = [letter for letter in stack.dead_letters() if letter["topic"] == topic]
    assert {letter["event_id"] for letter in kept} == {poison["id"], None}
    assert any("data.title" in letter["reason"] for letter in kept)
    assert poison["id"] not in stack.activity()


def test_while_the_database_is_away_nothing_is_given_up(stack: Stack) -> None:
    sent = event()
    before = len(stack.dead_letters())
    with closing(sqlite3.connect(stack.database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        stack.send("task-events", json.dumps(sent).encode())
        stack.until(
            "the sidecar was told", lambda: "database-unavailable" in stack.sidecar.log.read_text()
        )
        assert sent["id"] not in stack.activity()
        holder.execute("ROLLBACK")
    stack.until("it is recorded", lambda: sent["id"] in stack.activity())
    assert len(stack.dead_letters()) == before
