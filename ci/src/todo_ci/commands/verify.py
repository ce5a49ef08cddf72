"""Check that what runs is what was asked for, and that it works: the table of contents.

Each check is a file in ``checks/``. The numbers are those of the design's list: 1 the release,
2 the Deployments, 3 the sidecars, 4 their components, 5 the gateway, and from inside the cluster
6 the secrets, 7 an event's whole way, 8 the state store, 9 a job that brings a reminder, 10 the
outbox; and that people can sign in, at the address that was given.
"""

from todo_ci.checks.run import run_checks
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.preflight import access
from todo_ci.preflight.address import need_url
from todo_ci.reports.report import Report
from todo_ci.rollout import lock
from todo_ci.rollout.lock import HeldLease

_LOCK_SECONDS = 120


async def verify(
    context: Context, *, url: str, images: ImageRefs | None, revision: int | None
) -> Report:
    """Run all checks, while no deploy changes what they look at.

    The test pods are helm's to run, and helm writes into the release's record when it does: beside
    a deploy that could bring an old revision back to life, so the deploy lock is held meanwhile.

    Args:
        context: the ports and the target.
        url: address of the gateway.
        images: the images that should run; those of the release's values when None.
        revision: the revision that should be deployed; the newest when None.

    Raises:
        InputError: without a kubeconfig or an address.
        ClusterError: when the cluster cannot be asked.
        LockError: when a deploy goes on for longer than two minutes.
    """
    need_url(url)
    await access.preflight(context)

    async def work(_held: HeldLease) -> Report:
        return await run_checks(context, url=url, images=images, revision=revision, tries=1)

    return await lock.hold(context, work, lock_timeout=_LOCK_SECONDS)
