"""Clients that hold the deploy Lease of a cluster that is none, by a quick clock."""

import json
from collections.abc import Awaitable, Callable

from fake_cluster import FakeCluster

from todo_ci.core.context import LeaseTiming
from todo_ci.rollout import lease, lock
from todo_ci.rollout.lock import HeldLease

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
