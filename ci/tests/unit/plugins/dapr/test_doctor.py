"""The promise: an injector that leaves new pods bare fails, or it is said what was not tried."""

import json

import pytest
from fake_objects import Object, ok, selfcheck_pod, workload

from todo_ci.core.ports import Result
from todo_ci.plugins.dapr.doctor import injector
from todo_ci.plugins.dapr.trial_pod import try_pod
from todo_ci.reports.report import CheckStatus

SERVING = workload("backend", "b", made="2026-03-01T12:00:00Z")
LATER, BEFORE = "2026-03-01T12:05:00Z", "2026-03-01T11:00:00Z"


def tried(*init: str) -> Result:
    """What the API server makes of the pod that is tried."""
    asked = json.loads(try_pod().files["doctor-pod.json"])
    asked["spec"]["initContainers"] = [{"name": name} for name in init]
    return ok(json.dumps(asked))


@pytest.mark.parametrize(
    ("left", "answer", "evidence"),
    [
        (selfcheck_pod(sidecar=True, made=LATER), tried(), "selfcheck-x of 2026-03-01T12:05:00Z"),
        (selfcheck_pod(sidecar=False, made=BEFORE), tried(), "todo-app-backend-1-a of 2026"),
        (selfcheck_pod(sidecar=False, made=LATER), tried("daprd"), "tried got its daprd"),
    ],
    ids=["the newest has one", "an older one had none", "where Dapr serves the pipeline too"],
)
def test_an_injector_that_works_passes(left: Object, answer: Result, evidence: str) -> None:
    check = injector(answer, [*SERVING, left])
    assert check.status is CheckStatus.PASSED
    assert evidence in check.evidence


def test_one_that_left_the_newest_pod_bare_fails() -> None:
    bare = selfcheck_pod(sidecar=False, made=LATER)
    assert injector(tried(), [*SERVING, bare]).status is CheckStatus.FAILED


def test_a_pod_that_asks_for_no_sidecar_or_that_a_person_made_shows_nothing() -> None:
    unasked, by_hand = (selfcheck_pod(sidecar=False, made=LATER) for _ in range(2))
    unasked["metadata"]["annotations"] = {"dapr.io/enabled": "false"}
    by_hand["metadata"]["ownerReferences"] = []
    check = injector(tried(), [unasked, by_hand])
    assert check.status is CheckStatus.PASSED
    assert check.evidence.startswith("pods pass it; not tried: whether a new one gets daprd")
