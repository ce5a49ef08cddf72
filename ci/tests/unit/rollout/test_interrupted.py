"""The promise: who is cut off gives the Lease back when nothing is changed any more, or says so."""

import re
from dataclasses import replace

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import bad

from todo_ci.cluster import kubectl
from todo_ci.core.context import Context
from todo_ci.core.ports import Result
from todo_ci.errors import LockError, PipelineError
from todo_ci.rollout import lock
from todo_ci.rollout.lock import HeldLease
from todo_ci.scripts.supervise.fence import LOST

pytestmark = pytest.mark.anyio


def holder(cluster: FakeCluster) -> str:
    return cluster.lease["spec"]["holderIdentity"] if cluster.lease else ""


async def interrupted(cluster: FakeCluster, context: Context) -> list[str]:
    """Interrupt an upgrade in its middle, and return what is said from then on."""
    middle = anyio.Event()

    async def stay(name: str) -> None:
        if name == "upgrade":
            middle.set()
            await anyio.sleep_forever()

    async def work(held: HeldLease) -> None:
        await held.run(context, kubectl.step(("helm", "upgrade")))

    async def deploy() -> None:
        await lock.hold(context, work, lock_timeout=0)

    cluster.before = stay
    before = 0
    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(deploy)
            await middle.wait()
            before = len(cluster.said)
            group.cancel_scope.cancel()
    return cluster.said[before:]


async def test_the_lease_is_given_back_and_it_is_said() -> None:
    cluster = FakeCluster()
    said = await interrupted(cluster, cluster.context())
    assert holder(cluster) == ""
    assert said == ["lock: given back; nothing of the release is being changed any more"]


async def test_the_next_holder_knows_that_no_helm_of_it_is_left_and_the_one_after_forgets() -> None:
    cluster = FakeCluster()
    await interrupted(cluster, cluster.context())
    cluster.before = None
    seen: list[bool] = []

    async def look(held: HeldLease) -> None:
        seen.append(held.taken_over)

    for _ in range(2):
        await lock.hold(cluster.context(), look, lock_timeout=0)
    assert seen == [True, False]


async def test_who_had_begun_nothing_says_nothing_of_a_release_that_is_pending() -> None:
    """It may be the live helm of somebody who uses no Lease."""
    cluster = FakeCluster()
    waiting = anyio.Event()

    async def work(_held: HeldLease) -> None:
        waiting.set()
        await anyio.sleep_forever()

    async def deploy() -> None:
        await lock.hold(cluster.context(), work, lock_timeout=0)

    async with anyio.create_task_group() as group:
        group.start_soon(deploy)
        await waiting.wait()
        group.cancel_scope.cancel()
    seen: list[bool] = []

    async def look(held: HeldLease) -> None:
        seen.append(held.taken_over)

    await lock.hold(cluster.context(), look, lock_timeout=0)
    assert seen == [False]


async def test_a_lease_that_was_never_taken_is_not_said_to_stay() -> None:
    cluster = FakeCluster()
    cluster.answers["lease get"] = [bad("dial tcp: connection refused")] * 4
    with pytest.raises(PipelineError):
        await lock.hold(cluster.context(), _nothing, lock_timeout=0)
    assert "where it was taken, it stays with" in cluster.said[-1]


async def test_where_it_cannot_be_given_back_it_is_said_until_when_it_stays() -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), caller="octocat@laptop")

    async def work(_held: HeldLease) -> str:
        cluster.answers["lease get"] = [bad("dial tcp: connection refused")]
        return "done"

    assert await lock.hold(context, work, lock_timeout=0) == "done"
    pattern = r"lock: not given back; it stays with octocat@laptop \w+ until \d\d:\d\d:\d\d UTC"
    assert re.fullmatch(pattern, cluster.said[-1])


async def test_where_a_step_may_go_on_by_itself_the_lease_stays_and_it_is_said() -> None:
    cluster = FakeCluster()
    context = replace(cluster.context(), steps_outlive=True, caller="octocat@laptop")
    (said,) = await interrupted(cluster, context)
    assert said.startswith("lock: not given back; it stays with octocat@laptop")
    assert holder(cluster).startswith("octocat@laptop ")
    assert "cut off, it is free after 30 s" in cluster.said[0], "who is killed says nothing more"


async def test_who_was_only_waiting_gives_nothing_back() -> None:
    cluster = FakeCluster()
    await lock.hold(cluster.context(), _nothing, lock_timeout=0)
    assert cluster.lease is not None
    cluster.lease["spec"] |= {"holderIdentity": "them", "leaseDurationSeconds": 30}
    with anyio.move_on_after(0.2):
        await lock.hold(cluster.context(), _nothing, lock_timeout=60)
    (said,) = cluster.said
    assert "waiting for them" in said
    assert "a holder that is gone loses it after 30 s" in said
    assert holder(cluster) == "them"


async def _nothing(_held: HeldLease) -> None:
    """Change nothing."""


async def test_a_step_that_was_killed_with_the_lease_is_named_as_that() -> None:
    cluster = FakeCluster()
    cluster.answers["upgrade"] = [Result(LOST, "", "fence: the deploy lock is no longer held", 25)]

    async def work(held: HeldLease) -> str:
        await held.run(cluster.context(), kubectl.step(("helm", "upgrade")))
        return "done"

    with pytest.raises(LockError, match="so what changed the release was killed"):
        await lock.hold(cluster.context(), work, lock_timeout=0)
    assert holder(cluster) == ""
