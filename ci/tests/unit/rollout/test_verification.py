"""The promise: what an earlier fault left in the pods is mended by the deploy that meets it."""

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, images

from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.anyio


async def deploy(cluster: FakeCluster) -> ReleaseResult:
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url="http://app.test", lock_timeout=0, dry_run=False),
        images=images(1),
        commit="abc",
    )


async def test_a_pod_that_was_made_without_its_sidecar_is_made_anew() -> None:
    cluster = FakeCluster(bare={"backend"}).seed("r1-passed")
    done = await deploy(cluster)
    assert done.passed
    assert "restart todo-app-backend" in cluster.ran
    assert "todo-app-backend restarted: a pod ran without daprd" in done.table()


async def test_where_every_pod_has_its_sidecar_nothing_is_restarted() -> None:
    cluster = FakeCluster().seed("r1-passed")
    assert (await deploy(cluster)).passed
    assert not [step for step in cluster.ran if step.startswith("restart")]


async def test_a_pod_that_this_deploy_made_without_one_is_a_failure_and_left_alone() -> None:
    cluster = FakeCluster(bare={"backend"}, made="2999-01-01T00:00:00Z")
    done = await deploy(cluster)
    assert not done.passed
    assert "runs without daprd" in done.table()
    assert not [step for step in cluster.ran if step.startswith("restart")]


async def test_a_restart_that_does_not_come_back_is_a_failed_check() -> None:
    cluster = FakeCluster(bare={"backend"})
    cluster.answers["restart todo-app-backend"] = [bad("error: timed out waiting for it")]
    done = await deploy(cluster)
    assert not done.passed
    assert "timed out waiting" in done.table()
