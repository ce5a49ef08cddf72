"""One trace from a request through API, outbox, daprd, Kafka and consumer, as a collector gets it.

Real parts: the backend as a process, daprd with infra/dapr-components as they stand, and Kafka.
Marked `lab` for what these need: the lab's programs.
"""

import json
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer

import backend
import broker
import collector
import daprd
from backend import Backend
from broker import Broker
from collector import Collector, Span
from daprd import App, Daprd
from programs import tool
from rendering import COMPONENTS, Manifest, documents

pytestmark = pytest.mark.lab

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = f"00-{TRACE}-00f067aa0ba902b7-01"
SECRET = "0f9e8d7c6b5a43210123456789abcdef"
TOKEN = "app-token-of-a-test"


@dataclass(frozen=True)
class Stack:
    """Hold what runs."""

    api: Backend
    sidecar: Daprd
    kafka: Broker
    collector: Collector


def secret_store(folder: Path) -> Manifest:
    """Return a store of the same name and shape as Kubernetes', from a file."""
    values = {
        "app-secrets": {
            "database-url": f"sqlite:///{folder}/todo.db",
            "better-auth-secret": SECRET,
        }
    }
    (folder / "secrets.json").write_text(json.dumps(values))
    metadata = {"secretsFile": str(folder / "secrets.json"), "multiValued": "true"}
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "kubernetes-secrets"},
        "spec": {
            "type": "secretstores.local.file",
            "version": "v1",
            "metadata": [{"name": name, "value": value} for name, value in metadata.items()],
        },
    }


def traced(manifest: Manifest, to: Collector) -> Manifest:
    """Send a Configuration's spans to a collector, and change nothing else of it."""
    address = {"protocol": "http", "endpointAddress": f"127.0.0.1:{to.port}", "isSecure": False}
    spec = manifest["spec"]
    return manifest | {"spec": spec | {"tracing": spec["tracing"] | {"otel": address}}}


def manifests(kafka: Broker, folder: Path, to: Collector) -> list[Manifest]:
    """Choose of infra/dapr-components what an event passes."""
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
    return [
        traced(manifest, to) if manifest["kind"] == "Configuration" else manifest
        for manifest in [*daprd.standalone(chosen, secrets), secret_store(folder)]
    ]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """Start the app before its sidecar, as Kubernetes may."""
    folder = tmp_path_factory.mktemp("trace")
    migrated = backend.run("migrate", DATABASE_URL=f"sqlite:///{folder}/todo.db")
    assert migrated.returncode == 0, migrated.stderr
    port, sidecar_port = broker.free_port(), str(broker.free_port())
    with ExitStack() as running:
        traces = running.enter_context(collector.serving())
        kafka = running.enter_context(
            broker.running(Path(tool("kafka")), tmp_path_factory.mktemp("kafka"))
        )
        environment = {
            "TODO_EVENTS": "dapr",
            "TODO_SECRET_STORE": "kubernetes-secrets",
            "DAPR_HTTP_PORT": sidecar_port,
            "APP_API_TOKEN": TOKEN,
            "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        api = running.enter_context(backend.running(folder, port, **environment))
        sidecar = running.enter_context(
            daprd.running(
                tool("daprd"),
                manifests(kafka, folder, traces),
                folder,
                App(port),
                DAPR_HTTP_PORT=sidecar_port,
                APP_API_TOKEN=TOKEN,
                SSL_CERT_FILE=str(kafka.authority),
            )
        )
        backend.wait(api)
        yield Stack(api, sidecar, kafka, traces)


def records(kafka: Broker, topic: str, task: str) -> list[dict[str, Any]]:
    """Read the events of a task as anybody may who signs in to Kafka."""
    settings = kafka.settings() | {"group.id": "a-test", "auto.offset.reset": "earliest"}
    reader = Consumer(settings)
    reader.subscribe([topic])
    found: list[dict[str, Any]] = []
    until = time.monotonic() + 30
    try:
        while not found and time.monotonic() < until:
            message = reader.poll(1)
            value = None if message is None or message.error() else message.value()
            if value is not None and (event := json.loads(value))["subject"] == task:
                found.append(event)
    finally:
        reader.close()
    return found


def activity(stack: Stack, task: str) -> dict[str, Any]:
    """Wait for what the consumer made of the task's event."""
    until = time.monotonic() + 45
    while time.monotonic() < until:
        found = stack.api.call("GET", f"/api/dev-user/activity?task_id={task}")[1]["items"]
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(stack.sidecar.complaints())


@pytest.fixture(scope="module")
def created(stack: Stack) -> Mapping[str, Any]:
    """Create one task in a trace that the caller began; return the activity's entry."""
    status, task = stack.api.call(
        "POST", "/api/dev-user/tasks", {"title": "canary-title"}, traceparent=CALLER
    )
    assert status == 201
    return activity(stack, task["id"])


def test_the_secrets_came_through_the_sidecar_that_started_later(stack: Stack) -> None:
    (told,) = [line for line in stack.api.lines() if line["logger"] == "todo.secrets"]
    assert told["sources"]["database-url"] == "kubernetes-secrets"
    assert told["sources"]["cohere-api-key"] == "unset"
    assert SECRET not in stack.api.log.read_text()


def test_the_record_in_kafka_carries_the_trace(stack: Stack, created: Mapping[str, Any]) -> None:
    (event,) = records(stack.kafka, "task-events", created["task_id"])
    assert event["id"] == created["id"]
    assert event["traceparent"].split("-")[1] == TRACE


def test_the_spans_are_one_trace_from_the_request_to_the_consumer(
    stack: Stack, created: Mapping[str, Any]
) -> None:
    wanted = {"POST /api/{user_id}/tasks", "outbox insert", "publish task-events",
              "POST /events/tasks", "consume task-events"}  # fmt: skip

    def enough(spans: list[Span]) -> bool:
        names = {span.name for span in spans}
        sidecars = [span for span in spans if span.made_by == "dapr-diagnostics"]
        return wanted <= names and len(sidecars) >= 3

    spans = stack.collector.wait(TRACE, enough)
    by_id = {span.id: span for span in spans}
    (consumed,) = [span for span in spans if span.name == "consume task-events"]
    (published,) = [span for span in spans if span.name == "publish task-events"]

    def way_back(span: Span | None) -> list[str]:
        return [] if span is None else [span.name, *way_back(by_id.get(span.parent))]

    start = ["outbox insert", "POST /api/{user_id}/tasks"]
    assert way_back(published) == ["publish task-events", *start]
    way = way_back(consumed)
    assert way[:2] == ["consume task-events", "POST /events/tasks"]
    assert way[-2:] == start
    # Between the app's two halves lies what the sidecar made of the delivery.
    assert len(way) > 4
    below = [span for span in spans if span.parent == published.id]
    assert [span.made_by for span in below] == ["dapr-diagnostics"], below


def test_the_logs_name_the_same_event_under_the_same_trace(
    stack: Stack, created: Mapping[str, Any]
) -> None:
    told = {line["message"]: line for line in stack.api.lines() if line.get("trace_id") == TRACE}
    assert told["task created"]["task_id"] == created["task_id"]
    assert told["events published"]["event_ids"] == [created["id"]]
    assert told["event consumed"]["event_id"] == created["id"]
    assert "canary-title" not in stack.api.log.read_text()
