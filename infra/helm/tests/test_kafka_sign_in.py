"""A real daprd signs in to a real broker that offers one mechanism, as the chart's values say.

The broker's certificate is of an authority that nobody else trusts.
"""

import json
import uuid
from collections.abc import Generator
from pathlib import Path

import pytest

import broker
import daprd
from broker import Broker
from daprd import Daprd
from programs import tool
from rendering import Chart, Manifest

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module", params=broker.MECHANISMS)
def kafka(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Broker]:
    folder = tmp_path_factory.mktemp("kafka")
    with broker.running(Path(tool("kafka")), folder, request.param) as running:
        yield running


def component(chart: Chart, kafka: Broker, *values: str) -> list[Manifest]:
    """Render the pub/sub component, with the values that Kubernetes would keep in a Secret."""
    manifest = chart.one("Component", "kafka-pubsub", *values)
    given = {"brokers": kafka.address, "username": broker.USER, "password": broker.PASSWORD}
    return daprd.standalone([manifest], {("kafka-secrets", k): v for k, v in given.items()})


def mechanism(name: str) -> str:
    return f"--set=dapr.kafka.mechanism={name}"


def authority(path: Path) -> str:
    return f"--set-file=dapr.kafka.authority={path}"


def is_loaded(running: Daprd) -> bool:
    return [c["name"] for c in running.metadata().get("components", [])] == ["kafka-pubsub"]


def test_with_the_right_values_an_event_is_taken(
    chart: Chart, kafka: Broker, tmp_path: Path
) -> None:
    values = (mechanism(kafka.mechanism), authority(kafka.authority))
    with daprd.running(tool("daprd"), component(chart, kafka, *values), tmp_path, None) as running:
        assert is_loaded(running), running.complaints()
        event = json.dumps({"id": uuid.uuid4().hex})
        assert running.call("POST", "/v1.0/publish/kafka-pubsub/task-events", event)[0] == 204


def test_with_another_mechanism_it_is_left_out_and_the_reason_said(
    chart: Chart, kafka: Broker, tmp_path: Path
) -> None:
    other = next(name for name in broker.MECHANISMS if name != kafka.mechanism)
    manifests = component(chart, kafka, mechanism(other), authority(kafka.authority))
    with daprd.running(tool("daprd"), manifests, tmp_path, None) as running:
        assert not is_loaded(running)
        said = "\n".join(running.complaints())
        # All that Kafka's client tells; the pipeline's check names the values beside it.
        assert "run out of available brokers" in said, said


def test_without_its_authority_it_is_left_out_and_the_reason_said(
    chart: Chart, kafka: Broker, tmp_path: Path
) -> None:
    manifests = component(chart, kafka, mechanism(kafka.mechanism))
    with daprd.running(tool("daprd"), manifests, tmp_path, None) as running:
        assert not is_loaded(running)
        said = "\n".join(running.complaints())
        assert "certificate signed by unknown authority" in said, said
