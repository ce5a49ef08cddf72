"""The promise: "passed" means the asked digests run, stay up, and answer through the gateway."""

import json

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, helm_tested, images, selfcheck_lines

from todo_ci.checks.selfcheck import inside_names
from todo_ci.commands import verify
from todo_ci.errors import ClusterError, InputError
from todo_ci.project.rules.names import OWN_CHECKS
from todo_ci.reports.report import Check, CheckStatus

SINCE_REMINDERS = ("state", "jobs")


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
    outside = {it.name.split()[0] for it in report.checks} - {"helm", *inside_names()}
    assert outside == set(OWN_CHECKS), (
        "no check from inside may be called so: project/rules/names.py"
    )
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
