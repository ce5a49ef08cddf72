"""The promise: who holds the Lease keeps it while the work goes on, and stops when it is lost."""

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import bad
from lock_holders import hold, holder, take

from todo_ci.core.context import LeaseTiming
from todo_ci.errors import LockError, ToolError
from todo_ci.rollout import lock
from todo_ci.rollout.lock import HeldLease

pytestmark = pytest.mark.anyio


async def test_the_lease_is_renewed_while_the_work_goes_on() -> None:
    cluster = FakeCluster()
    done = anyio.Event()

    async def count(name: str) -> None:
        if cluster.ran.count("lease replace") == 3:
            done.set()

    cluster.before = count

    async def work(_held: HeldLease) -> str:
        await done.wait()
        return "done"

    with anyio.fail_after(60):
        assert await hold(cluster, work) == "done"


async def test_a_slow_cluster_costs_no_lease() -> None:
    """Each answer takes a good third of the deadline, as a container's start may."""
    cluster = FakeCluster()
    done = anyio.Event()
    slow = LeaseTiming(duration=3, renew=0.5, retry=0.1, deadline=1.6, fence=2.2)

    async def wait(name: str) -> None:
        await anyio.sleep(0.35 * slow.deadline)
        if cluster.ran.count("lease replace") == 3:
            done.set()

    cluster.before = wait

    async def work(_held: HeldLease) -> str:
        await done.wait()
        return "done"

    with anyio.fail_after(60):
        held = lock.hold(cluster.context(), work, lock_timeout=0, holder="me", timing=slow)
        assert await held == "done"


async def test_work_is_stopped_when_somebody_else_has_the_lease() -> None:
    cluster = FakeCluster()

    async def work(_held: HeldLease) -> str:
        take(cluster, "them")
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.fail_after(60), pytest.raises(LockError, match="went to them"):
        await hold(cluster, work)
    assert holder(cluster) == "them", "another client's Lease is left alone"


async def test_work_is_stopped_when_the_lease_cannot_be_renewed() -> None:
    cluster = FakeCluster()

    async def work(_held: HeldLease) -> str:
        cluster.answers["lease replace"] = [bad("connection refused")] * 1000
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.fail_after(60), pytest.raises(LockError, match="connection refused"):
        await hold(cluster, work)


async def test_a_renewal_that_could_not_even_be_started_is_tried_again() -> None:
    """As where an engine cannot make a container for a moment."""
    cluster = FakeCluster()
    done = anyio.Event()

    async def fail_once(name: str) -> None:
        renewals = cluster.ran.count("lease replace")
        if name == "lease replace" and renewals == 1:
            raise ToolError("cannot make the kube toolbox")
        if renewals == 3:
            done.set()

    cluster.before = fail_once

    async def work(_held: HeldLease) -> str:
        await done.wait()
        return "done"

    with anyio.fail_after(60):
        assert await hold(cluster, work) == "done"


async def test_work_is_stopped_when_no_renewal_can_be_started() -> None:
    cluster = FakeCluster()

    async def fail(name: str) -> None:
        if name == "lease replace":
            raise ToolError("cannot make the kube toolbox")

    async def work(_held: HeldLease) -> str:
        cluster.before = fail
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.fail_after(60), pytest.raises(LockError, match="cannot make the kube toolbox"):
        await hold(cluster, work)


async def test_work_is_stopped_when_a_renewal_hangs() -> None:
    cluster = FakeCluster()
    working = False

    async def hang(name: str) -> None:
        if working and name == "lease replace" and cluster.ran.count(name) == 1:
            await anyio.sleep_forever()

    cluster.before = hang

    async def work(_held: HeldLease) -> str:
        nonlocal working
        working = True
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.fail_after(60), pytest.raises(LockError, match="could not be renewed"):
        await hold(cluster, work)
