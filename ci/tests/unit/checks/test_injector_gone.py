"""The promise: a self-check whose pod got no sidecar is put down to the injector, not the app."""

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, helm_tested, images, selfcheck_lines, selfcheck_pod

from todo_ci.checks.selfcheck import inside_names
from todo_ci.cluster.next_steps import INJECTOR, INJECTOR_WEBHOOK
from todo_ci.commands import verify
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.anyio
ASTRAY = ("secrets", "state", "events", "jobs")
FAILED = helm_tested(selfcheck_lines(*ASTRAY), "job todo-app-test-selfcheck failed")


def gone() -> FakeCluster:
    """A cluster without the webhook: pods that serve are untouched, the test's pod is bare."""
    cluster = FakeCluster(left=[selfcheck_pod(sidecar=False)]).seed("r1-passed")
    cluster.answers["test"] = [FAILED, FAILED]
    return cluster


async def verified(cluster: FakeCluster) -> dict[str, Check]:
    context = cluster.context()
    report = await verify.verify(context, url="http://app.test", images=None, revision=None)
    assert not report.passed
    return {check.name: check for check in report.checks}


async def test_it_is_the_one_failure_and_names_the_webhook() -> None:
    found = await verified(gone())
    failed = [check for check in found.values() if check.status is CheckStatus.FAILED]
    (check,) = failed
    assert check.name == "helm test"
    assert "todo-app-test-selfcheck-x was made without daprd" in check.evidence
    assert INJECTOR_WEBHOOK in check.evidence
    assert check.next_step == INJECTOR
    assert {n for n in inside_names() if found[n].status is CheckStatus.SKIPPED} == set(ASTRAY)
    assert found["sign-in"].status is CheckStatus.PASSED


async def test_a_deploy_ends_with_that_and_with_nothing_about_secrets() -> None:
    done = await upgrade_release(
        gone().context(), DeployRequest(url="http://app.test"), images=images(9), commit="abc"
    )
    assert not done.passed
    assert INJECTOR_WEBHOOK in done.table()
    assert "mutatingwebhookconfiguration dapr-sidecar-injector" in done.markdown()
    assert "mend secrets" not in done.json()


async def test_a_self_check_that_had_its_sidecar_keeps_its_own_words() -> None:
    cluster = gone()
    cluster.left = [selfcheck_pod(sidecar=True)]
    found = await verified(cluster)
    assert found["secrets"].next_step == "mend secrets"
    assert "job todo-app-test-selfcheck failed" in found["helm test"].evidence


async def test_the_pod_of_an_earlier_run_explains_nothing() -> None:
    cluster = gone()
    cluster.answers["test"] = [bad("Error: pod todo-app-test-services failed")]
    found = await verified(cluster)
    assert "todo-app-test-services failed" in found["helm test"].evidence
    assert found["secrets"].status is CheckStatus.FAILED


async def test_where_the_pods_cannot_be_listed_the_checks_stand_as_they_are() -> None:
    cluster = gone()

    async def refuse(name: str) -> None:
        if name == "test":
            cluster.answers["objects"] = [bad("dial tcp: connection refused")]

    cluster.before = refuse
    assert (await verified(cluster))["secrets"].next_step == "mend secrets"
