"""The promise: what the manifest names for an app is loaded, or named with why it is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_objects import MANIFEST, bad, ok, sidecar_answer, workload

from todo_ci.cluster import manifest
from todo_ci.plugins.dapr.components import components
from todo_ci.reports.report import Check, CheckStatus

Object = dict[str, Any]
FIXTURES = Path(__file__).parents[2] / "fixtures"
COMPONENTS = Path(__file__).parents[5] / "infra/dapr-components"
REFUSED = (
    "Ignoring error processing component: process component kafka-pubsub error: "
    "[INIT_COMPONENT_FAILURE]: kafka: client has run out of available brokers to talk to: "
    "SASL Authentication Failed"
)


def judged(text: str = MANIFEST, **changes: Any) -> Check:
    """Judge healthy answers, with fields of the backend's changed."""
    backend = {**sidecar_answer("backend"), **changes}
    answers = [backend, sidecar_answer("frontend")]
    items = [*workload("backend", "b"), *workload("frontend", "f")]
    return components(items, manifest.parse(text), ok(json.dumps(answers)), "local")


def metadata(**changes: Any) -> Object:
    return {**sidecar_answer("backend")["metadata"], **changes}


def test_all_that_the_manifest_names_for_an_app_passes() -> None:
    check = judged()
    assert check.status is CheckStatus.PASSED
    assert "backend: kafka-pubsub, kubernetes-secrets, 1 subscriptions" in check.evidence
    assert "frontend: kubernetes-secrets" in check.evidence


def test_what_real_sidecars_told_fits_the_manifests_in_the_repository() -> None:
    text = (FIXTURES / "sidecars.json").read_text()
    items = [*workload("backend", "b"), *workload("frontend", "f")]
    frontend = items[-1]
    frontend["metadata"]["annotations"]["dapr.io/app-port"] = "3000"
    objects = [
        item for path in COMPONENTS.glob("*.yaml") for item in manifest.parse(path.read_text())
    ]
    check = components(items, objects, ok(text), "local")
    assert check.status is CheckStatus.PASSED, check.evidence
    assert "backend: kafka-pubsub, kubernetes-secrets, reminder-sweep, statestore" in check.evidence
    for name in ("statestore", "reminder-sweep"):
        less = components(items, objects, ok(text.replace(name, "another")), "local")
        assert f"todo-app-backend-1-a lacks {name}" in less.evidence


def test_a_component_that_was_left_out_is_named_with_the_sidecars_reason() -> None:
    loaded = metadata(components=[{"name": "kubernetes-secrets"}])
    check = judged(metadata=loaded, complaints=["something else", REFUSED])
    assert check.status is CheckStatus.FAILED
    assert f"todo-app-backend-1-a lacks kafka-pubsub: {REFUSED}" in check.evidence
    assert "todo-app-frontend" not in check.evidence
    assert "todo-ci secrets --env local --kafka-brokers HOST:PORT" in check.next_step
    assert "dapr.kafka.mechanism and dapr.kafka.authority" in check.next_step
    assert "kubectl -n todo logs todo-app-backend-1-a -c daprd" in check.next_step


def test_a_component_of_which_the_log_says_nothing_is_still_named() -> None:
    check = judged(metadata=metadata(components=[]))
    assert "lacks kafka-pubsub: its log does not say why" in check.evidence
    assert "lacks kubernetes-secrets" in check.evidence


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"metadata": metadata(subscriptions=[])}, "does not listen to task-events"),
        ({"metadata": metadata(subscriptions=None)}, "does not listen to task-events"),
        ({"metadata": metadata(id="another")}, "a sidecar of 'another', not of 'todo-backend'"),
        ({"metadata": metadata(appConnectionProperties={})}, "does not know its app's port 8000"),
        (
            {"metadata": metadata(appConnectionProperties={"port": 8000})},
            "does not watch its app's health",
        ),
        ({"app_unhealthy": "App entered un-healthy status"}, "App entered un-healthy status"),
        ({"missing_topic": "one of these"}, "reads no event: one of these"),
        ({"not_ready": "ERR_HEALTH_NOT_READY"}, "not ready: ERR_HEALTH_NOT_READY"),
        ({"error": "pods is forbidden", "metadata": {}}, "metadata: pods is forbidden"),
        ({"pod": "todo-app-backend-1-gone"}, "was not there to be asked"),
    ],
)
def test_a_sidecar_that_does_not_do_its_work_fails_by_name(changes: Object, reason: str) -> None:
    check = judged(**changes)
    assert check.status is CheckStatus.FAILED
    assert "todo-app-backend-1-a " in check.evidence
    assert reason in check.evidence
    assert check.next_step


def test_a_release_without_components_says_that_none_is_meant() -> None:
    check = judged("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
    assert check.status is CheckStatus.PASSED
    assert "no component is meant for it" in check.evidence


def test_sidecars_that_cannot_be_asked_fail_with_the_reason() -> None:
    check = components([], [], bad("pods is forbidden"), "local")
    assert (check.status, check.evidence) == (CheckStatus.FAILED, "pods is forbidden")


def test_no_sidecar_at_all_is_no_success() -> None:
    items = workload("backend", "b")
    pod = items[-1]
    del pod["spec"]["initContainers"]
    check = components(items, manifest.parse(MANIFEST), ok("[]"), "local")
    assert check.status is CheckStatus.FAILED


def test_a_topic_that_is_missing_has_the_command_that_makes_it() -> None:
    assert "infra/oke/kafka-topics.sh" in judged(missing_topic="one of these").next_step
    assert "kafka-topics" not in judged(not_ready="ERR").next_step
