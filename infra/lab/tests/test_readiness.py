"""Ready means now and of this description, not what the API still says of yesterday."""

from datetime import UTC, datetime
from typing import Any

import pytest

from todo_lab.cluster import api_client, readiness
from todo_lab.commands import status

SINCE = datetime(2026, 1, 1, 12, 0, 0, 700_000, tzinfo=UTC).timestamp()


def pod(started: str | None = "2026-01-01T12:00:00Z", ready: str = "True") -> dict[str, Any]:
    running: dict[str, Any] = {"running": {"startedAt": started}} if started else {"waiting": {}}
    return {
        "metadata": {"name": "p", "namespace": "n"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"ready": ready == "True", "restartCount": 1, "state": running}],
        },
    }


def test_a_pod_started_in_the_same_second_is_fresh():
    assert readiness.is_fresh(pod(), SINCE)


@pytest.mark.parametrize(
    "stale",
    [
        pod(started="2026-01-01T11:59:59Z"),
        pod(started=None),
        pod(ready="False"),
        {"metadata": {}, "status": {}},
    ],
)
def test_a_pod_from_before_or_not_ready_is_not(stale: dict[str, Any]):
    assert not readiness.is_fresh(stale, SINCE)


def deployment(**changes: int) -> dict[str, Any]:
    state = {"observedGeneration": 2, "updatedReplicas": 1, "replicas": 1, "availableReplicas": 1}
    return {
        "metadata": {"generation": 2},
        "spec": {"replicas": 1},
        "status": state | changes,
    }


def test_a_rolled_out_deployment():
    assert api_client.is_rolled_out(deployment())


@pytest.mark.parametrize(
    "change",
    [
        {"observedGeneration": 1},
        {"updatedReplicas": 0},
        {"replicas": 2},
        {"availableReplicas": 0},
    ],
)
def test_a_deployment_on_its_way_is_not_rolled_out(change: dict[str, int]):
    assert not api_client.is_rolled_out(deployment(**change))
    assert not api_client.is_rolled_out(None)


def test_a_condition_of_an_older_generation_does_not_count():
    found: dict[str, Any] = {
        "metadata": {"generation": 2},
        "status": {
            "conditions": [{"type": "Programmed", "status": "True", "observedGeneration": 1}]
        },
    }
    assert not api_client.has_condition(found, "Programmed")
    found["metadata"]["generation"] = 1
    assert api_client.has_condition(found, "Programmed")
    assert not api_client.has_condition(found, "Ready")


def test_the_table_names_what_is_down_and_what_to_do():
    lines = [status.Line("etcd", True, "pid 1"), status.Line("kubelet", False, "not running")]
    assert status.table(lines).splitlines() == [
        "ok    etcd     pid 1",
        "DOWN  kubelet  not running",
        "next: ./do lab up, or ./do lab logs NAME",
    ]
    assert "next" not in status.table(lines[:1])


def test_a_pod_that_has_done_its_work_is_well():
    done = pod(ready="False")
    assert not status.pod_line(done).well
    done["status"]["phase"] = "Succeeded"
    assert status.pod_line(done).well


def test_a_pod_whose_sidecar_is_away_is_not_well():
    both = pod()
    both["spec"] = {"initContainers": [{"name": "daprd", "restartPolicy": "Always"}, {"name": "i"}]}
    both["status"]["initContainerStatuses"] = [
        {"name": "daprd", "ready": True, "restartCount": 0},
        {"name": "i", "ready": False, "restartCount": 0},  # not a sidecar: it is over
    ]
    assert "2/2" in status.pod_line(both).detail
    assert status.pod_line(both).well
    both["status"]["initContainerStatuses"][0]["ready"] = False
    assert "1/2" in status.pod_line(both).detail
    assert not status.pod_line(both).well
