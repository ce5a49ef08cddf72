"""The promise: of a release that passes, the asked digests run, and stay up."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from fake_objects import SERVER_TIME, images, workload

from todo_ci.checks.deployments import deployments
from todo_ci.checks.release import release as judge_release
from todo_ci.cluster import pods
from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check, CheckStatus

Object = dict[str, Any]
FIXTURES = Path(__file__).parents[1] / "fixtures"
DEPLOYED = Revision(4, "deployed", created=SERVER_TIME)
PAST = History((DEPLOYED,))


def items(number: int = 1) -> list[Object]:
    refs = images(number)
    return [*workload("backend", refs["backend"]), *workload("frontend", refs["frontend"])]


def changed(kind: str, change: str, value: Any) -> list[Object]:
    """Change one field of the backend's object of a kind; the path is separated by dots."""
    made = items()
    target: Any = next(i for i in made if i["kind"] == kind)
    *path, last = change.split(".")
    for step in path:
        target = target[int(step) if step.isdigit() else step]
    target[last] = value
    return made


def release(**changes: Any) -> Check:
    given: dict[str, Any] = {
        "past": PAST, "revision": 4, "wanted": images(), "given": images(), "items": items(),
    }  # fmt: skip
    return judge_release(**{**given, **changes})


def test_the_release_that_was_asked_for_passes() -> None:
    check = release()
    assert check.status is CheckStatus.PASSED
    assert "revision 4" in check.evidence


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"past": History(())}, "nothing is released"),
        ({"past": History((Revision(4, "failed"),))}, "revision 4 is failed"),
        ({"revision": 5}, "revision 4 is deployed, not 5"),
        ({"wanted": None, "given": None}, "not given by digest"),
        ({"given": images(2)}, "revision 4 was given"),
        ({"items": items(2)}, "todo-app-backend-1-a runs registry.test"),
        ({"items": []}, "no pod of the backend runs"),
        ({"items": changed("Pod", "status.containerStatuses.0.imageID", "")}, "has not started"),
    ],
)
def test_another_release_fails_by_name(changes: Object, reason: str) -> None:
    check = release(**changes)
    assert check.status is CheckStatus.FAILED
    assert reason in check.evidence
    assert check.next_step


def test_pods_of_an_old_template_or_on_their_way_out_do_not_count() -> None:
    old = copy.deepcopy(items(2))
    for item in old:
        if item["kind"] == "Pod":
            item["metadata"]["deletionTimestamp"] = SERVER_TIME
    assert release(items=[*items(), *old]).status is CheckStatus.PASSED


def test_deployments_that_stand_pass() -> None:
    assert deployments(items(), DEPLOYED).status is CheckStatus.PASSED


@pytest.mark.parametrize(
    ("change", "value", "reason"),
    [
        ("status.observedGeneration", 0, "its change has not been looked at"),
        ("status.updatedReplicas", 0, "0 of 1 pods are of the new template"),
        ("status.availableReplicas", 0, "0 of 1 pods are available"),
        ("status.replicas", 2, "1 old pods still run"),
    ],
)
def test_a_deployment_that_is_not_done_fails(change: str, value: int, reason: str) -> None:
    check = deployments(changed("Deployment", change, value), DEPLOYED)
    assert check.status is CheckStatus.FAILED
    assert f"backend: {reason}" in check.evidence


def test_no_deployment_at_all_fails() -> None:
    assert deployments([], DEPLOYED).status is CheckStatus.FAILED


def restarted(at: str) -> list[Object]:
    made = changed("Pod", "status.containerStatuses.0.restartCount", 2)
    pod = next(i for i in made if i["kind"] == "Pod")
    pod["status"]["containerStatuses"][0]["state"] = {"running": {"startedAt": at}} if at else {}
    return made


def test_a_restart_since_the_release_fails_and_an_older_one_does_not() -> None:
    check = deployments(restarted("2026-03-01T12:00:05Z"), DEPLOYED)
    assert check.status is CheckStatus.FAILED
    assert "restarted, 2 times" in check.evidence
    older = deployments(restarted("2026-03-01T11:59:00Z"), DEPLOYED)
    assert older.status is CheckStatus.PASSED
    between = deployments(restarted(""), DEPLOYED)
    assert between.status is CheckStatus.FAILED


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_a_pod_that_was_evicted_is_none_of_those_that_serve(phase: str) -> None:
    """It lies there until somebody removes it, while its Deployment has another in its place."""
    left = copy.deepcopy(items()[2])
    left["metadata"] |= {"name": "todo-app-backend-1-evicted", "uid": "p-evicted"}
    left["status"] = {"phase": phase, "reason": "Evicted"}
    found = [*items(), left]
    assert release(items=found).status is CheckStatus.PASSED
    assert {sidecar.pod for sidecar in pods.sidecars(found)} == {
        "todo-app-backend-1-a", "todo-app-frontend-1-a",
    }  # fmt: skip


def beside(image: str) -> list[Object]:
    """Give the backend's pod a second container."""
    made = items()
    spec, status = made[2]["spec"], made[2]["status"]
    spec["containers"].append({"name": "second", "image": image})
    state = {**status["containerStatuses"][0], "name": "second", "imageID": image}
    status["containerStatuses"].append(state)
    return made


def test_what_stands_beside_a_component_in_its_pods_has_an_image_of_its_own() -> None:
    """Such as a proxy, or what exports metrics: of the chart, or of a webhook."""
    for image in ("mesh.test:5000/proxy:1.2", f"mesh.test/proxy@sha256:{7:064x}"):
        assert release(items=beside(image)).status is CheckStatus.PASSED
    stale = images(8)["backend"]
    check = release(items=beside(stale))
    assert check.status is CheckStatus.FAILED
    assert f"runs {stale}" in check.evidence


def test_a_sidecar_may_restart_and_is_shown() -> None:
    made = changed("Pod", "status.initContainerStatuses.0.restartCount", 2)
    check = deployments(made, DEPLOYED)
    assert check.status is CheckStatus.PASSED
    assert "daprd of todo-app-backend-1-a restarted 2 times" in check.evidence
    assert "daprd" not in deployments(items(), DEPLOYED).evidence


def test_real_objects_are_judged() -> None:
    steady = json.loads((FIXTURES / "steady.json").read_text())["items"]
    assert [c.problem for c in pods.components(steady)] == ["", ""]
    assert {c.component for c in pods.containers(steady)} == {"backend", "frontend"}
    crash = json.loads((FIXTURES / "crash.json").read_text())["items"]
    assert any(c.problem for c in pods.components(crash))
