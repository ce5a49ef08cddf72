"""The promise: what verified once is not condemned, nor forgotten, for what fails around it."""

import pytest
from fake_cluster import FakeCluster
from fake_objects import images

from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.anyio


async def run(cluster: FakeCluster, number: int = 9) -> ReleaseResult:
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url="http://app.test", lock_timeout=0, dry_run=False),
        images=images(number),
        commit="abc",
    )


async def test_a_verified_content_is_not_condemned_for_what_fails_around_it() -> None:
    sick = {images(1)["backend"], images(9)["backend"]}
    cluster = FakeCluster(sick=sick).seed("r1-passed")
    done = await run(cluster)
    assert not done.passed
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-failed", 3: "r1-passed"}
    headline = "revision 1 serves again, as 3, and fails as well: gateway /api/health, gateway /"
    assert headline in done.headline
    assert "revision 1 passed with this content, what fails is outside of it" in done.table()


async def test_what_never_verified_is_labelled_failed_after_a_return_too() -> None:
    sick = {images(1)["backend"], images(9)["backend"]}
    cluster = FakeCluster(sick=sick).seed("")
    cluster.upgrades = ["failed"]
    done = await run(cluster)
    assert not done.passed
    assert cluster.verdicts() == {1: "", 2: "r2-failed", 3: "r3-failed"}


async def test_the_same_content_again_is_left_serving_where_it_fails_for_an_outage() -> None:
    cluster = FakeCluster(sick={images(1)["backend"]}).seed("r1-passed")
    done = await run(cluster, 1)
    assert not done.passed
    assert (done.serving, done.returned_to) == (2, None)
    assert cluster.verdicts() == {1: "r1-passed", 2: "r1-passed"}
    assert not [step for step in cluster.ran if step.startswith("rollback")]


async def test_deploys_during_an_outage_never_use_up_the_way_back() -> None:
    cluster = FakeCluster().seed("", "r2-passed")
    assert (await run(cluster)).passed
    cluster.sick = {images(number)["backend"] for number in range(20)}
    for number in range(10, 17):
        assert not (await run(cluster, number)).passed
    assert len(cluster.kept) <= 14
    assert {2, 3} < set(cluster.verdicts()), "what serves, and what was before it"
    cluster.sick = {images(9 + 8)["backend"]}
    done = await run(cluster, 17)
    assert (done.passed, done.returned_to) == (False, 3)
    newest = cluster.kept[-1].number
    assert cluster.verdicts()[newest] == f"r{newest}-passed"
