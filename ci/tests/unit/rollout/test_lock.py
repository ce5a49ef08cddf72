"""The promise: never two at once; the Lease is given back however the work ends."""

import json
from collections.abc import Awaitable, Callable

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import bad

from todo_ci.core.context import LeaseTiming
from todo_ci.errors import ClusterError, LockError, ToolError
from todo_ci.rollout import lease, lock
from todo_ci.rollout.lock import HeldLease

pytestmark = pytest.mark.anyio

Work = Callable[[HeldLease], Awaitable[str]]

QUICK = LeaseTiming(duration=1, renew=0.02, retry=0.02, deadline=0.6, fence=0.8)


def holder(cluster: FakeCluster) -> str:
    return cluster.lease["spec"]["holderIdentity"] if cluster.lease else ""


def take(cluster: FakeCluster, who: str, duration: float = 1) -> None:
    """Let another client hold the Lease."""
    cluster.version += 1
    now = lease.timestamp()
    text = lease.manifest(lease.Lease(who, duration, now, now, version=str(cluster.version)))
    cluster.lease = json.loads(text)


async def nothing(_held: HeldLease) -> str:
    return "done"


async def hold(
    cluster: FakeCluster, work: Work = nothing, *, me: str = "me", lock_timeout: float = 0
) -> str:
    return await lock.hold(
        cluster.context(), work, lock_timeout=lock_timeout, holder=me, timing=QUICK
    )


async def test_the_lease_is_ours_during_the_work_and_free_afterwards() -> None:
    cluster = FakeCluster()

    async def work(held: HeldLease) -> str:
        assert holder(cluster) == "me"
        assert not held.taken_over
        return "done"

    assert await hold(cluster, work) == "done"
    assert holder(cluster) == ""


async def test_it_is_given_back_when_the_work_fails() -> None:
    cluster = FakeCluster()

    async def work(_held: HeldLease) -> str:
        raise ClusterError("gone")

    with pytest.raises(ClusterError, match="gone"):
        await hold(cluster, work)
    assert holder(cluster) == ""


async def test_work_under_the_lease_never_overlaps() -> None:
    cluster = FakeCluster()
    inside = 0
    most = 0

    async def work(_held: HeldLease) -> str:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await anyio.sleep(0.05)
        inside -= 1
        return "done"

    async def client(name: str) -> None:
        assert await hold(cluster, work, me=name, lock_timeout=20) == "done"

    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(client, f"client {number}")
    assert most == 1


async def test_of_two_that_create_at_once_the_second_waits() -> None:
    cluster = FakeCluster()

    async def slip_in(name: str) -> None:
        if name == "lease create" and cluster.lease is None:
            take(cluster, "them")

    cluster.before = slip_in
    with pytest.raises(LockError, match="them"):
        await hold(cluster)
    assert holder(cluster) == "them"


async def test_of_two_that_take_over_at_once_the_second_waits() -> None:
    cluster = FakeCluster()
    take(cluster, "")
    slipped = False

    async def slip_in(name: str) -> None:
        nonlocal slipped
        if name == "lease replace" and not slipped:
            slipped = True
            take(cluster, "them")

    cluster.before = slip_in
    with pytest.raises(LockError, match="them"):
        await hold(cluster)
    assert holder(cluster) == "them"


async def test_who_waits_names_the_holder_once_and_goes_on_when_it_is_done() -> None:
    cluster = FakeCluster()
    take(cluster, "them")

    async def finish(name: str) -> None:
        if cluster.ran.count("lease get") == 5 and name == "lease get":
            take(cluster, "")

    cluster.before = finish
    assert await hold(cluster, lock_timeout=20) == "done"
    assert len([line for line in cluster.said if "waiting for them" in line]) == 1


async def test_a_silent_holder_is_replaced_after_its_duration() -> None:
    cluster = FakeCluster()
    take(cluster, "them", duration=1)
    seen: list[bool] = []

    async def work(held: HeldLease) -> str:
        seen.append(held.taken_over)
        return "done"

    assert await hold(cluster, work, lock_timeout=20) == "done"
    assert seen == [True]
    assert any("them has gone silent" in line for line in cluster.said)


async def test_a_holder_that_renews_is_never_replaced() -> None:
    cluster = FakeCluster()
    take(cluster, "them", duration=1)

    async def renew(name: str) -> None:
        if name == "lease get" and holder(cluster) == "them":
            take(cluster, "them", duration=1)

    cluster.before = renew
    with pytest.raises(LockError) as refused:
        await hold(cluster, lock_timeout=1.5)
    assert "them" in refused.value.text()
    assert "--lock-timeout" in refused.value.text()
    assert holder(cluster) == "them"


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


async def test_a_lease_that_somebody_labelled_is_still_ours() -> None:
    cluster = FakeCluster()
    done = anyio.Event()

    async def work(_held: HeldLease) -> str:
        assert cluster.lease is not None
        cluster.lease["metadata"]["resourceVersion"] = "999"
        await done.wait()
        return "done"

    async def renewed(name: str) -> None:
        if cluster.ran.count("lease replace") == 3:
            done.set()

    cluster.before = renewed
    with anyio.fail_after(60):
        assert await hold(cluster, work) == "done"
    assert holder(cluster) == ""


async def test_a_missing_namespace_is_named_not_waited_for() -> None:
    cluster = FakeCluster()
    text = 'Error from server (NotFound): namespaces "todo" not found'
    cluster.answers["lease create"] = [bad(text)]
    with pytest.raises(ClusterError, match="namespace todo does not exist"):
        await hold(cluster)
