"""The promise: never two at once; the Lease is given back however the work ends."""

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import bad
from lock_holders import hold, holder, take

from todo_ci.errors import ClusterError, LockError
from todo_ci.rollout.lock import HeldLease

pytestmark = pytest.mark.anyio


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
