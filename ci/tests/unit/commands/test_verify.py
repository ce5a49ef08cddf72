"""The promise: "passed" means the asked digests run, stay up, and answer through the gateway."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import SERVER_TIME, bad, helm_tested, images, selfcheck_lines, workload

from todo_ci.checks.deployments import deployments
from todo_ci.checks.release import release as judge_release
from todo_ci.checks.selfcheck import inside_names
from todo_ci.cluster import pods
from todo_ci.commands import verify
from todo_ci.errors import ClusterError, InputError
from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check, CheckStatus

SINCE_REMINDERS = ("state", "jobs")

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


@pytest.mark.anyio
async def test_the_images_of_the_releases_values_are_expected_where_none_are_given() -> None:
    cluster = FakeCluster().seed("r1-passed")
    report = await verify.verify(
        cluster.context(), url="http://app.test", images=None, revision=None
    )
    assert report.passed
    assert [check.name for check in report.checks] == [
        "release", "deployments", "sidecars", "components", "address", "gateway /api/health",
        "gateway /", "helm test", *inside_names(),
    ]  # fmt: skip
    other = await verify.verify(
        cluster.context(), url="http://app.test", images=images(8), revision=None
    )
    assert not other.passed


async def verified(cluster: FakeCluster) -> dict[str, Check]:
    report = await verify.verify(
        cluster.context(), url="http://app.test", images=None, revision=None
    )
    return {check.name: check for check in report.checks}


@pytest.mark.anyio
async def test_without_sidecars_their_checks_are_left_out_with_the_reason() -> None:
    cluster = FakeCluster(dapr={"dapr": {"enabled": False}}).seed("r1-passed")
    found = await verified(cluster)
    left_out = {name for name, check in found.items() if check.status is CheckStatus.SKIPPED}
    assert left_out == {"sidecars", "components", *inside_names()}
    assert all("dapr.enabled is false" in found[name].evidence for name in left_out)


@pytest.mark.anyio
async def test_a_secret_of_another_name_cannot_be_asked_for_and_it_is_said() -> None:
    switched = {"dapr": {"enabled": True}, "secrets": {"create": True}}
    cluster = FakeCluster(dapr=switched).seed("r1-passed")
    text = selfcheck_lines().replace('"secrets"', '"another"')
    cluster.answers["test"] = [helm_tested(text)]
    found = await verified(cluster)
    assert found["secrets"].status is CheckStatus.SKIPPED
    assert "secrets.create is true" in found["secrets"].evidence
    assert found["events"].status is CheckStatus.PASSED


@pytest.mark.anyio
async def test_a_release_from_before_sign_in_can_still_be_verified_and_says_so() -> None:
    older = {"dapr": {"enabled": True}, "gateway": {"host": ""}}
    cluster = FakeCluster(dapr=older).seed("r1-passed")
    cluster.answers["test"] = [helm_tested(selfcheck_lines().replace('"sign-in"', '"another"'))]
    found = await verified(cluster)
    assert found["sign-in"].status is CheckStatus.SKIPPED
    assert "older than gateway.url" in found["sign-in"].evidence
    assert found["events"].status is CheckStatus.PASSED


@pytest.mark.anyio
async def test_the_test_pods_are_not_waited_for_where_the_release_is_broken_already() -> None:
    cluster = FakeCluster(sick={images(1)["backend"]}).seed("r1-passed")
    found = await verified(cluster)
    assert found["gateway /"].status is CheckStatus.FAILED
    assert "test" not in cluster.ran
    for name in ("helm test", *inside_names()):
        assert found[name].status is CheckStatus.SKIPPED
        assert found[name].evidence == "not run, as gateway /api/health, gateway / failed"


@pytest.mark.anyio
async def test_a_release_from_before_sidecars_can_still_be_verified_and_says_so() -> None:
    found = await verified(FakeCluster(dapr={}).seed("r1-passed"))
    left_out = {name for name, check in found.items() if check.status is CheckStatus.SKIPPED}
    assert left_out == {"sidecars", "components", *inside_names()}
    assert "older than dapr.enabled" in found["events"].evidence


@pytest.mark.anyio
async def test_a_release_from_before_reminders_can_still_be_returned_to_and_says_so() -> None:
    cluster = FakeCluster(dapr={"dapr": {"enabled": True}}).seed("r1-passed")
    old = "\n".join(
        line
        for line in selfcheck_lines().splitlines()
        if not any(name in line for name in SINCE_REMINDERS)
    )
    cluster.answers["test"] = [helm_tested(old)]
    found = await verified(cluster)
    left_out = {name for name, check in found.items() if check.status is CheckStatus.SKIPPED}
    assert left_out == set(SINCE_REMINDERS)
    assert "older than reminders" in found["jobs"].evidence
    # One that has them is held to them.
    whole = FakeCluster().seed("r1-passed")
    whole.answers["test"] = [helm_tested(old)]
    found = await verified(whole)
    failed = {name for name, check in found.items() if check.status is CheckStatus.FAILED}
    assert failed == set(SINCE_REMINDERS)


@pytest.mark.anyio
async def test_with_nothing_released_no_test_pod_is_made() -> None:
    cluster = FakeCluster()
    found = await verified(cluster)
    assert found["release"].evidence == "nothing is released"
    assert "test" not in cluster.ran


@pytest.mark.anyio
async def test_the_test_pods_run_under_the_deploy_lock_and_their_words_are_shown() -> None:
    cluster = FakeCluster(test_passes=False).seed("r1-passed")
    report = await verify.verify(
        cluster.context(), url="http://app.test", images=None, revision=None
    )
    assert not report.passed
    assert cluster.ran.index("lease create") < cluster.ran.index("test")
    assert cluster.ran[-2:] == ["lease get", "lease replace"]
    for text in (report.table(), report.markdown(), json.loads(report.json())["evidence"]):
        assert '{"check": "events", "passed": false' in text


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["objects", "values", "manifest"])
async def test_a_cluster_that_goes_away_is_named(name: str) -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers[name] = [bad("dial tcp: connection refused")]
    with pytest.raises(ClusterError, match="cannot be reached"):
        await verified(cluster)
    assert cluster.ran[-2:] == ["lease get", "lease replace"]


@pytest.mark.anyio
@pytest.mark.parametrize("url", ["", "app.test", "ftp://app.test"])
async def test_what_is_no_address_is_refused(url: str) -> None:
    cluster = FakeCluster().seed("r1-passed")
    with pytest.raises(InputError, match="address"):
        await verify.verify(cluster.context(), url=url, images=None, revision=None)
    assert cluster.ran == []
