"""Take a canary back: at the end of each, and where a killed call left one."""

from collections.abc import Sequence

import anyio

from todo_ci.cluster import errors, kubectl
from todo_ci.cluster.kubectl import Object
from todo_ci.core.context import Context
from todo_ci.errors import PipelineError
from todo_ci.project.current import project
from todo_ci.release.history import History
from todo_ci.release.result import TAKEN_BACK
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout.canary import names, routes, steps
from todo_ci.rollout.canary.released import objects_of
from todo_ci.rollout.lock import HeldLease
from todo_ci.scripts.canary import KINDS

_LIMIT = 100


async def take_back(context: Context, held: HeldLease, released: Sequence[Object]) -> Check:
    """Put the release's routes back and remove the canary, also where the call is being ended.

    Args:
        context: the ports and the target.
        held: the Lease, with which it ends.
        released: the routes, as the release that serves has them.
    """
    start = anyio.current_time()
    late = f"not within {_LIMIT} s"
    check = Check.failed(TAKEN_BACK, late, "todo-ci deploy again: it begins with that", _LIMIT)
    with anyio.move_on_after(_LIMIT, shield=True):
        try:
            await _back(context, held, released)
        except PipelineError as error:
            check = Check.of_error(TAKEN_BACK, error, anyio.current_time() - start)
        else:
            check = Check.passed(TAKEN_BACK, "its objects are gone", anyio.current_time() - start)
    if check.status is CheckStatus.FAILED:
        # Said at once: a call that is being ended has no report.
        context.say(f"canary: not taken back, {check.evidence}; the next deploy begins with that")
    return check


async def finish(context: Context, held: HeldLease, past: History) -> None:
    """Remove what a killed call left of a canary; the routes are those of the release again.

    The canary's objects go last and come first, so without one no route was changed: unless the
    call was cut off, whose last step may have given a share after all was taken back.

    Raises:
        ClusterError: where it cannot be removed.
    """
    if project().canary is None:
        return
    found = await context.shell.run(kubectl.get_names(names.objects(), *KINDS.split(",")))
    if not found.ok:
        # Where none is asked for, the cluster may know no routes, or the account none of them.
        if not context.target.canary:
            return
        raise errors.explain(found, "looking for a canary that was left behind")
    if found.stdout.strip():
        context.say("heal: a call that was cut off left a canary; taking it back")
    elif not (held.taken_over and context.target.canary):
        return
    objects = await objects_of(context, past.serving.number) if past.serving else []
    await _back(context, held, routes.of(objects))


async def _back(context: Context, held: HeldLease, released: Sequence[Object]) -> None:
    done = await held.run(context, steps.back(released))
    if not done.ok:
        raise errors.explain(done, "taking the canary back")
