"""Remove a release that was made to be thrown away."""

from todo_ci.cluster import helm
from todo_ci.core.context import Context
from todo_ci.release import history
from todo_ci.rollout import lock, watched_helm
from todo_ci.rollout.lock import HeldLease


async def remove(context: Context, lock_timeout: float) -> None:
    """Remove the release of the target, where there is one.

    Raises:
        ClusterError: when it cannot be removed.
        LockError: when somebody else goes on changing it.
    """
    if not (await history.load(context)).revisions:
        return

    async def work(held: HeldLease) -> None:
        command = helm.uninstall(context.target.helm_timeout)
        await watched_helm.run_unwatched(context, held, command, "removing what was rehearsed")

    context.say("rehearsal: removing what is released here")
    await lock.hold(context, work, lock_timeout=lock_timeout)
