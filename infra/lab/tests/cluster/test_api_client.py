"""An object's state counts only when it is of the object's present description."""

from typing import Any

import pytest

from todo_lab.cluster import api_client


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
