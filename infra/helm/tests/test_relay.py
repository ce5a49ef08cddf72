"""Events leave the backend through a real daprd and Kafka, whatever one of them is or does.

Real parts: the backend as a process, daprd with infra/dapr-components as they stand, and Kafka.
Marked `lab` for what these need: the lab's programs.
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer

import backend
import broker
import daprd
from backend import Backend
from broker import Broker
from daprd import App, Daprd
from programs import tool
from rendering import COMPONENTS, Manifest, documents

pytestmark = pytest.mark.lab

TOKEN = "app-token-of-a-test"
TASKS = "/api/dev-user/tasks"
PATIENCE = 240


@dataclass(frozen=True)
class Api:
    """Hold a backend, and the port its sidecar is expected at."""

    backend: Backend
    folder: Path
    sidecar_port: str

    @property
    def database(self) -> Path:
        return self.folder / "todo.db"

    def create(self, title: str) -> str:
        """Create a task and return its id."""
        status, task = self.backend.call("POST", TASKS, {"title": title})
        assert status == 201
        return task["id"]

    def outbox(self) -> dict[str, Any]:
        """Return what health says of the outbox."""
        return self.backend.call("GET", "/health")[1]["outbox"]

    def events(self, *arguments: str) -> dict[str, Any]:
        """Run `todo events …` and return its document."""
        done = backend.run(
            "events", *arguments, "--json", DATABASE_URL=f"sqlite:///{self.database}"
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def api(tmp_path: Path) -> Generator[Api]:
    """Run a backend without its sidecar."""
    migrated = backend.run("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/todo.db")
    assert migrated.returncode == 0, migrated.stderr
    port, sidecar_port = broker.free_port(), str(broker.free_port())
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/todo.db",
        "TODO_EVENTS": "dapr",
        "DAPR_HTTP_PORT": sidecar_port,
        "APP_API_TOKEN": TOKEN,
    }
    with backend.running(tmp_path, port, **environment) as running:
        backend.wait(running)
        yield Api(running, tmp_path, sidecar_port)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Generator[Broker]:
    with broker.running(Path(tool("kafka")), tmp_path_factory.mktemp("kafka")) as running:
        yield running


@contextmanager
def sidecar(api: Api, kafka: Broker, address: str) -> Generator[Daprd]:
    """Run a daprd that looks for Kafka at an address."""
    secrets = {
        ("kafka-secrets", "brokers"): address,
        ("kafka-secrets", "username"): broker.USER,
        ("kafka-secrets", "password"): broker.PASSWORD,
    }
    chosen: list[Manifest] = [
        manifest
        for manifest in documents(COMPONENTS).values()
        if manifest["kind"] != "Component" or manifest["metadata"]["name"] == "kafka-pubsub"
    ]
    folder = api.folder / f"sidecar-{uuid.uuid4().hex}"
    folder.mkdir()
    with daprd.running(
        tool("daprd"), daprd.standalone(chosen, secrets), folder, App(api.backend.port),
        DAPR_HTTP_PORT=api.sidecar_port, APP_API_TOKEN=TOKEN, SSL_CERT_FILE=str(kafka.authority),
    ) as running:  # fmt: skip
        yield running


def until(what: str, holds: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def subjects(kafka: Broker, topic: str, wanted: set[str]) -> set[str]:
    """Read Kafka until the events of some tasks were seen, and return those that were."""
    settings = kafka.settings() | {"group.id": uuid.uuid4().hex, "auto.offset.reset": "earliest"}
    reader = Consumer(settings)
    reader.subscribe([topic])
    found: set[str] = set()
    end = time.monotonic() + 30
    try:
        while not wanted <= found and time.monotonic() < end:
            message = reader.poll(1)
            value = None if message is None or message.error() else message.value()
            if value is not None:
                found.add(json.loads(value)["subject"])
    finally:
        reader.close()
    return found & wanted


def test_an_event_kafka_takes_never_is_set_aside_and_stops_nobody(api: Api, kafka: Broker) -> None:
    with sidecar(api, kafka, kafka.address):
        before = api.create("before")
        until("the first event is out", lambda: api.outbox()["pending"] == 0)
        poison = store_too_large_an_event(api.database)
        behind = api.create("behind, of the same user")
        until("the poison is set aside", lambda: api.outbox()["quarantined"] == 1)
        until("what is behind it is out", lambda: api.outbox()["pending"] == 0)
        assert subjects(kafka, "task-events", {before, behind}) == {before, behind}
        (set_aside,) = api.events("quarantine")["events"]
        assert set_aside["id"] == poison
        assert set_aside["reason"] == "larger than 900000 bytes"


def store_too_large_an_event(database: Path) -> str:
    """Put an event of a megabyte and a half into the outbox, as no version of the app does."""
    event_id = uuid.uuid4()
    event = {"specversion": "1.0", "id": str(event_id), "source": "/test", "type": "test",
             "subject": "poison", "data": "x" * 1_500_000}  # fmt: skip
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute(
            "INSERT INTO outbox (id, slot, key, topic, event, created_at) "
            "VALUES (?, 22, 'dev-user', 'task-events', ?, '2026-02-01 12:00:00.000000')",
            (event_id.hex, json.dumps(event)),
        )
    return str(event_id)


def test_a_sidecar_that_started_without_kafka_is_restarted_and_the_outbox_empties(
    api: Api, kafka: Broker
) -> None:
    task = api.create("while Kafka is away")
    nobody = f"127.0.0.1:{broker.free_port()}"
    with sidecar(api, kafka, nobody) as without:
        # The test is the kubelet here: it starts a sidecar again that ended.
        until("the relay asks its sidecar to end", lambda: without.process.poll() is not None)
        assert api.outbox()["pending"] == 1
        assert api.backend.call("GET", TASKS)[0] == 200
    with sidecar(api, kafka, kafka.address) as again:
        assert again.process.pid != without.process.pid
        until("the outbox empties by itself", lambda: api.outbox()["pending"] == 0)
    assert subjects(kafka, "task-events", {task}) == {task}
    lines = [line["message"] for line in api.backend.lines()]
    assert any("asking it to restart" in line for line in lines)
