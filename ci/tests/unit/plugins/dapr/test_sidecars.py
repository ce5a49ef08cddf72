"""The promise: a pod without a sidecar, or with one that does not serve, is named."""

from collections.abc import Callable
from typing import Any

import pytest
from fake_objects import SERVER_TIME, workload

from todo_ci.plugins.dapr.sidecars import sidecars
from todo_ci.reports.report import CheckStatus

Object = dict[str, Any]
RUNNING: Object = {"running": {"startedAt": SERVER_TIME}}


def unchanged(pod: Object) -> None:
    """Leave the sidecar native and healthy."""


def items(change: Callable[[Object], None] = unchanged) -> list[Object]:
    """Two healthy components with native sidecars; the backend's pod is changed."""
    made = [*workload("backend", "b"), *workload("frontend", "f")]
    change(next(item for item in made if item["kind"] == "Pod"))
    return made


def without(pod: Object) -> None:
    del pod["spec"]["initContainers"]
    del pod["status"]["initContainerStatuses"]


def ordinary(pod: Object) -> None:
    """The sidecar as one container among the others: its state is in another list."""
    without(pod)
    pod["spec"]["containers"].append({"name": "daprd"})
    status = {"name": "daprd", "ready": True, "started": True, "state": RUNNING}
    pod["status"]["containerStatuses"].append(status)


def state(**changes: Any) -> Callable[[Object], None]:
    def change(pod: Object) -> None:
        pod["status"]["initContainerStatuses"][0].update(changes)

    return change


def ordinary_but_not_ready(pod: Object) -> None:
    ordinary(pod)
    pod["status"]["containerStatuses"][1]["ready"] = False


def judged_in_the_wrong_list(pod: Object) -> None:
    """A native sidecar whose name is ready among the ordinary containers only."""
    status = pod["status"].pop("initContainerStatuses")
    pod["status"]["containerStatuses"] += status


@pytest.mark.parametrize("change", [unchanged, ordinary])
def test_a_sidecar_of_either_kind_passes(change: Callable[[Object], None]) -> None:
    check = sidecars(items(change))
    assert check.status is CheckStatus.PASSED
    assert "todo-app-backend-1-a as todo-backend" in check.evidence
    assert "todo-app-frontend-1-a as todo-frontend" in check.evidence


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without, "runs without daprd"),
        (ordinary_but_not_ready, "has a daprd that is not ready"),
        (judged_in_the_wrong_list, "has a daprd that does not run: no state yet"),
        (state(ready=False), "has a daprd that is not ready"),
        (state(started=False), "has a daprd that is not ready"),
        (
            state(state={"waiting": {"reason": "CrashLoopBackOff"}}),
            "has a daprd that does not run: CrashLoopBackOff",
        ),
        (state(state={"terminated": {"exitCode": 1}}), "has a daprd that does not run"),
    ],
)
def test_a_pod_whose_sidecar_does_not_serve_fails_by_name(
    change: Callable[[Object], None], reason: str
) -> None:
    check = sidecars(items(change))
    assert check.status is CheckStatus.FAILED
    assert f"todo-app-backend-1-a {reason}" in check.evidence
    assert "todo-app-frontend" not in check.evidence
    assert "dapr-sidecar-injector" in check.next_step


def test_no_pod_at_all_is_no_success() -> None:
    assert sidecars([]).status is CheckStatus.FAILED
