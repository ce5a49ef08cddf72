"""A real daprd loads infra/dapr-components, does with them what they say, and refuses wrong ones.

Marked `lab` for what they need beside daprd and Kafka: a PostgreSQL and an API server, the lab's.
"""

import base64
import json
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

import broker
import cluster
import daprd
from broker import Broker
from daprd import App, Daprd
from programs import tool
from rendering import COMPONENTS, Chart, Manifest, documents, topics

pytestmark = pytest.mark.lab

KUBECONFIG = str(cluster.STATE / "pipeline.kubeconfig")
MANIFESTS = list(documents(COMPONENTS).values())
NO_DATABASE = "postgresql://nobody:nothing@127.0.0.1:1/none"


@pytest.fixture(scope="module")
def program() -> str:
    return tool("daprd")


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Generator[Broker]:
    with broker.running(Path(tool("kafka")), tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="module")
def app() -> Generator[App]:
    with daprd.serving() as serving:
        yield serving


def secrets(
    brokers: str, password: str = broker.PASSWORD, database: str = NO_DATABASE
) -> dict[tuple[str, str], str]:
    """Return the values that Kubernetes would keep in Secrets.

    They end up in files of this test, so none is one of the lab's.
    """
    kafka = {"brokers": brokers, "username": broker.USER, "password": password}
    named = {("kafka-secrets", key): value for key, value in kafka.items()}
    return {**named, ("app-secrets", "database-url"): database}


@pytest.fixture(scope="module")
def sidecar(
    program: str,
    kafka: Broker,
    postgresql: str,
    app: App,
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Daprd]:
    """Run a daprd with everything in infra/dapr-components, as it stands there."""
    manifests = daprd.standalone(MANIFESTS, secrets(kafka.address, database=postgresql))
    folder, trust = tmp_path_factory.mktemp("daprd"), str(kafka.authority)
    with daprd.running(
        program, manifests, folder, app, SSL_CERT_FILE=trust, KUBECONFIG=KUBECONFIG
    ) as running:
        assert running.process.poll() is None, running.complaints()
        yield running


def cloud_event(kind: str) -> dict[str, Any]:
    """Make an event as the outbox does, with an id nobody else has."""
    return {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "/todo/backend",
        "type": f"com.todo.task.{kind}",
        "datacontenttype": "application/json",
        "data": {"title": "from a test"},
    }


def publish(sidecar: Daprd, topic: str, event: dict[str, Any]) -> None:
    path = f"/v1.0/publish/kafka-pubsub/{topic}"
    headers = {"content-type": "application/cloudevents+json"}
    assert sidecar.call("POST", path, event, **headers) == (204, None)


def test_every_component_is_loaded(sidecar: Daprd) -> None:
    """T030: what `kubectl get components` cannot tell."""
    loaded = {c["name"]: (c["type"], c["version"]) for c in sidecar.metadata()["components"]}
    assert loaded == {
        m["metadata"]["name"]: (m["spec"]["type"], m["spec"]["version"])
        for m in MANIFESTS
        if m["kind"] == "Component"
    }
    # The lab's daprd knows no mdns, which would call out on the machine's networks.
    assert [text for text in sidecar.complaints() if "mdns" not in text] == []


def test_every_subscription_and_the_resiliency_are_loaded(sidecar: Daprd) -> None:
    found = sidecar.metadata()
    loaded = {
        s["topic"]: ([r["path"] for r in s["rules"]], s["deadLetterTopic"])
        for s in found["subscriptions"]
    }
    assert loaded == {
        m["metadata"]["name"]: (
            [m["spec"]["routes"]["default"]],
            m["spec"].get("deadLetterTopic", ""),
        )
        for m in MANIFESTS
        if m["kind"] == "Subscription"
    }
    assert found["resiliencies"] == [{"name": "todo"}]
    assert "HotReload" not in found["enabledFeatures"]


@pytest.mark.parametrize(("topic", "route"), topics().items())
def test_an_event_goes_through_kafka_to_its_route_with_the_apps_token(
    sidecar: Daprd, app: App, topic: str, route: str
) -> None:
    event = cloud_event("created")
    publish(sidecar, topic, event)
    headers, body = app.wait(route, event["id"])
    assert headers["dapr-api-token"] == daprd.TOKEN
    assert {key: body[key] for key in event} == event
    assert body["topic"] == topic


def test_what_the_app_drops_reaches_the_dead_letters_at_once(sidecar: Daprd, app: App) -> None:
    event = cloud_event("updated")
    app.answer["/events/tasks"] = "DROP"
    try:
        publish(sidecar, "task-updates", event)
        app.wait("/events/tasks", event["id"])
        _, body = app.wait("/events/dead-letters", "task-updates-dead-letter")
    finally:
        app.answer.clear()
    data = body.get("data_base64")
    letter = json.loads(base64.b64decode(data)) if data else body["data"]
    assert event["id"] in json.dumps(letter)


def test_the_app_is_asked_again_before_an_event_is_dead(sidecar: Daprd, app: App) -> None:
    event = cloud_event("completed")
    app.answer["/events/tasks"] = "RETRY"
    try:
        publish(sidecar, "task-events", event)
        app.wait("/events/tasks", event["id"])
    finally:
        app.answer.clear()
    publish(sidecar, "task-events", last := cloud_event("created"))
    app.wait("/events/tasks", last["id"])

    def calls(path: str) -> int:
        return sum(path == p and event["id"] in json.dumps(b) for p, _, b in app.calls)

    assert calls("/events/dead-letters") == 0


def test_state_is_kept_and_forgotten_in_time(sidecar: Daprd) -> None:
    key = uuid.uuid4().hex
    entry = {"key": key, "value": {"memory": "short"}, "metadata": {"ttlInSeconds": "60"}}
    assert sidecar.call("POST", "/v1.0/state/statestore", [entry])[0] == 204
    path = f"/v1.0/state/statestore/{key}"
    assert sidecar.call("GET", path) == (200, {"memory": "short"})
    assert sidecar.call("DELETE", path)[0] == 204
    assert sidecar.call("GET", path)[0] == 204


def test_the_secrets_api_gives_app_secrets_alone(sidecar: Daprd) -> None:
    """T039, without a pod."""
    status, _ = sidecar.call("GET", "/v1.0/secrets/kubernetes-secrets/app-secrets")
    assert status == 200, "app-secrets is not there; next: ./do ci secrets --env local"
    for name in ("kafka-secrets", "dapr-app-token", "ghcr-pull"):
        status, body = sidecar.call("GET", f"/v1.0/secrets/kubernetes-secrets/{name}")
        assert (status, body["errorCode"]) == (403, "ERR_PERMISSION_DENIED")


def test_the_sweep_calls_the_app(program: str, app: App, chart: Chart, tmp_path: Path) -> None:
    manifests = chart.render("--set=reminders.sweepSeconds=1")
    sweep = [m for m in manifests if m["metadata"]["name"] == "reminder-sweep"]
    with daprd.running(program, sweep, tmp_path, app) as running:
        assert running.process.poll() is None, running.complaints()
        headers, _ = app.wait("/internal/reminder-sweep")
    assert headers["dapr-api-token"] == daprd.TOKEN


def broken(name: str, right: str, wrong: str) -> Manifest:
    """Find an object by name, and break it at one place."""
    (found,) = [m for m in MANIFESTS if m["metadata"]["name"] == name and m["kind"] == "Component"]
    text = json.dumps(found)
    assert right in text
    return json.loads(text.replace(right, wrong))


@pytest.mark.parametrize(
    ("name", "right", "wrong", "reason"),
    [
        ("reminder-sweep", "bindings.cron", "scheduler.kubernetes", "incorrect type scheduler"),
        ("reminder-sweep", "@every 30s", "sometimes", "invalid schedule format 'sometimes'"),
        ("statestore", '"v2"', '"v9"', "couldn't find state store state.postgresql/v9"),
        ("statestore", "connectionString", "connection", "failed to build connection string"),
        ("kubernetes-secrets", "secretstores.kubernetes", "secretstores.k8s", "k8s/v1"),
    ],
)
def test_a_wrong_component_ends_daprd_with_its_reason(
    program: str, app: App, tmp_path: Path, name: str, right: str, wrong: str, reason: str
) -> None:
    manifests = daprd.standalone([broken(name, right, wrong)], secrets("127.0.0.1:1"))
    with daprd.running(program, manifests, tmp_path, app) as running:
        said = "\n".join(running.complaints())
        print(said)
        assert running.process.poll() not in (0, None), running.log.read_text()
    assert reason in said


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('"value": "password"', '"value": "passwort"', "invalid value for 'authType'"),
        ("3.6.0", "newest", "invalid kafka version"),
        ('"oldest"', '"first"', "invalid initialOffset"),
    ],
)
def test_a_wrong_kafka_component_is_left_out_with_its_reason(
    program: str, app: App, tmp_path: Path, right: str, wrong: str, reason: str
) -> None:
    manifests = daprd.standalone([broken("kafka-pubsub", right, wrong)], secrets("127.0.0.1:1"))
    with daprd.running(program, manifests, tmp_path, app) as running:
        left_out(running, reason)


def test_a_wrong_kafka_password_is_named(
    program: str, kafka: Broker, app: App, tmp_path: Path
) -> None:
    manifests = daprd.standalone(
        [broken("kafka-pubsub", "", "")], secrets(kafka.address, password="not-it")
    )
    trust = str(kafka.authority)
    with daprd.running(program, manifests, tmp_path, app, SSL_CERT_FILE=trust) as running:
        left_out(running, "SASL Authentication failed")


def test_a_broker_nobody_vouches_for_is_refused(
    program: str, kafka: Broker, app: App, tmp_path: Path
) -> None:
    manifests = daprd.standalone([broken("kafka-pubsub", "", "")], secrets(kafka.address))
    with daprd.running(program, manifests, tmp_path, app) as running:
        left_out(running, "certificate signed by unknown authority")


def test_daprd_serves_while_kafka_is_away(program: str, app: App, tmp_path: Path) -> None:
    manifests = daprd.standalone([broken("kafka-pubsub", "", "")], secrets("127.0.0.1:1"))
    with daprd.running(program, manifests, tmp_path, app) as running:
        left_out(running, "connection refused")
        status, body = running.call("POST", "/v1.0/publish/kafka-pubsub/task-events", {})
    assert (status, body["errorCode"]) == (404, "ERR_PUBSUB_NOT_FOUND")


def left_out(running: Daprd, reason: str) -> None:
    """Assert that daprd runs without kafka-pubsub, and said why."""
    assert running.process.poll() is None, running.log.read_text()
    assert running.metadata().get("components", []) == []
    said = "\n".join(running.complaints()) + running.log.read_text()
    print("\n".join(running.complaints()))
    assert reason in said
