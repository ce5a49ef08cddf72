"""Finish what an interrupted call left: a pending release, a canary. Only ever under the Lease."""

from datetime import UTC, datetime, timedelta

import anyio

from todo_ci.cluster import helm
from todo_ci.core.context import Context
from todo_ci.release import history
from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.rollout import decisions, watched_helm
from todo_ci.rollout.canary import removal
from todo_ci.rollout.decisions import Repair
from todo_ci.rollout.lock import HeldLease

_LOOK = 3.0
_SKEW = 300


async def repair(context: Context, held: HeldLease) -> History:
    """Bring the release into a state helm can upgrade, and return the history after that.

    A pending release may be somebody's live helm. A client that held the Lease and went silent is
    dead, and its helm with it; one that was interrupted has ended its own. Without such a one, the
    helm runs outside of the pipeline: it gets the time a wait may take before the release counts
    as abandoned.

    Raises:
        ClusterError: when it cannot be freed.
    """
    past = await history.load(context)
    if not held.taken_over:
        past = await _await_others(context, past)
    past = await clear_pending(context, held, past)
    await removal.finish(context, held, past)
    return past


async def clear_pending(context: Context, held: HeldLease, past: History) -> History:
    """Make the release's record whole; whoever calls knows that no helm is at work.

    Raises:
        ClusterError: when it cannot be freed.
    """
    chosen, number = decisions.choose_repair(past.revisions)
    if chosen is Repair.NOTHING or past.latest is None:
        return past
    stuck = f"revision {past.latest.number} is {past.latest.status}"
    if chosen is Repair.ROLLBACK:
        context.say(f"heal: {stuck}; returning to revision {number}")
        # Only the release's record has to be whole again: what follows waits for the pods.
        command = helm.rollback(number, context.target.helm_timeout, wait=False)
    else:
        context.say(f"heal: {stuck} and nothing ever served; removing it")
        command = helm.uninstall(context.target.helm_timeout)
    await watched_helm.run_unwatched(context, held, command, f"healing: {stuck}")
    return await history.load(context)


async def _await_others(context: Context, past: History) -> History:
    """Wait for a helm outside of the pipeline, for as long as it could still be alive."""
    allowed = context.target.helm_timeout
    end = anyio.current_time() + allowed
    said = False
    while past.latest and past.latest.pending and anyio.current_time() < end:
        if _long_ago(past.latest, allowed):
            break
        if not said:
            said = True
            context.say(
                f"heal: revision {past.latest.number} is {past.latest.status}, and its helm did "
                f"not take the lock; waiting up to {allowed} s for it"
            )
        await anyio.sleep(_LOOK)
        past = await history.load(context)
    return past


def _long_ago(revision: Revision, allowed: float) -> bool:
    """Tell whether a revision is older than any wait, however much two clocks differ."""
    try:
        created = datetime.fromisoformat(revision.created)
    except ValueError:
        return False
    return datetime.now(UTC) - created > timedelta(seconds=3 * allowed + _SKEW)
