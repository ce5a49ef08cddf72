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


async def test_while_the_injector_is_away_the_failure_is_told_with_the_try() -> None:
    cluster = FakeCluster(bare={"backend"}, injects=False)
    done = await deploy(cluster)
    assert not done.passed
    assert "runs without daprd" in done.table()
    assert cluster.ran.count("restart todo-app-backend") == 1


async def test_a_restart_that_does_not_come_back_is_a_failed_check() -> None:
    cluster = FakeCluster(bare={"backend"})
    cluster.answers["rollout"] = [bad("error: timed out waiting for the condition")]
    done = await deploy(cluster)
    assert not done.passed
    assert "timed out waiting" in done.table()
