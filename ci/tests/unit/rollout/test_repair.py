"""The promise: a pending release is freed, but never under the hands of a living helm."""

from dataclasses import replace

import pytest
from fake_cluster import FakeCluster

from todo_ci.rollout import lease, repair
from todo_ci.rollout.lock import HeldLease

pytestmark = pytest.mark.anyio

TAKEN_OVER = HeldLease(lease.Lease("me", 30, "", ""), renewed_at=0, taken_over=True)
FREE = HeldLease(lease.Lease("me", 30, "", ""), renewed_at=0)


def pending() -> FakeCluster:
    cluster = FakeCluster().seed("r1-passed", "")
    cluster.kept[0].status, cluster.kept[1].status = "deployed", "pending-upgrade"
    return cluster


async def test_a_whole_release_is_left_alone() -> None:
    cluster = FakeCluster().seed("r1-passed")
    past = await repair.repair(cluster.context(), FREE)
    assert past.latest is not None
    assert cluster.ran == ["history", "labels"]


async def test_after_a_silent_client_it_is_freed_at_once() -> None:
    cluster = pending()
    past = await repair.repair(cluster.context(), TAKEN_OVER)
    assert "heal 1" in cluster.ran
    assert past.latest is not None
    assert past.latest.status == "deployed"


async def test_one_left_behind_long_ago_is_freed_at_once() -> None:
    cluster = pending()  # its records are from SERVER_TIME
    await repair.repair(cluster.context(), FREE)
    assert "heal 1" in cluster.ran


async def test_a_helm_outside_of_the_pipeline_may_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "_LOOK", 0.01)
    monkeypatch.setattr(repair, "_SKEW", 10**12)
    cluster = pending()

    async def finish(name: str) -> None:
        if name == "history" and cluster.ran.count("history") == 3:
            cluster.kept[0].status, cluster.kept[1].status = "superseded", "deployed"

    cluster.before = finish
    past = await repair.repair(cluster.context(), FREE)
    assert past.latest is not None
    assert past.latest.number == 2
    assert not [name for name in cluster.ran if name.startswith("heal")]
    assert any("did not take the lock" in line for line in cluster.said)


async def test_one_that_never_finishes_is_freed_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "_LOOK", 0.01)
    monkeypatch.setattr(repair, "_SKEW", 10**12)
    cluster = pending()
    context = cluster.context()
    await repair.repair(replace(context, target=replace(context.target, helm_timeout=1)), FREE)
    assert "heal 1" in cluster.ran
