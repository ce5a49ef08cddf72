"""The Secrets that a deploy was given: looked at first of all, applied before the release."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from todo_ci.core import secrets_plan
from todo_ci.core.context import Context
from todo_ci.core.secret_names import PULL_PASSWORD
from todo_ci.errors import PipelineError
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.secrets import applied
from todo_ci.rollout.secrets.applied import Applied, Planned

CHECK = "applied secrets"


async def prepare(context: Context, request: DeployRequest) -> Planned | None:
    """Refuse Secrets that cannot be applied before anything is built; None where none were given.

    The registry's password of a deploy pushes; nodes are given another one, or none.

    Raises:
        InputError: naming the key that is missing, or whose value cannot work.
    """
    if not request.keys:
        return None
    username = request.username if PULL_PASSWORD in context.secrets else ""
    planned = applied.prepare(
        context,
        request.registry,
        username,
        verified=not request.allow_unverified_database,
        command="todo-ci deploy",
        flags=(),
    )
    await applied.refuse_unusable(context, planned)
    return planned


async def release_after(
    context: Context,
    planned: Planned | None,
    request: DeployRequest,
    release: Callable[[], Awaitable[ReleaseResult]],
) -> ReleaseResult:
    """Apply Secrets, then release; whatever comes of that, it says what was applied.

    Args:
        context: the ports and the target.
        planned: what to apply; None for nothing.
        request: what was asked for.
        release: releases, and reads what is applied by then.

    Raises:
        PipelineError: from either; one of the release says what was applied before it.
    """
    if planned is None:
        return await release()
    if request.dry_run:
        done = await release()
        first = f"apply the Secrets {', '.join(secrets_plan.names(planned.step))}"
        return replace(done, plan=(first, *done.plan))
    context.say("secrets: applying them")
    made = await applied.apply(context, planned, lock_timeout=request.lock_timeout)
    context.say(f"secrets: {made.evidence}")
    try:
        done = await release()
    except PipelineError as error:
        raise type(error)(
            f"{error.problem}\nsecrets were applied before: {made.evidence}",
            accepted=error.accepted,
            next_step=error.next_step,
        ) from None
    return _with_check(done, made)


def _with_check(done: ReleaseResult, made: Applied) -> ReleaseResult:
    checks = (Check.passed(CHECK, made.evidence), *done.report.checks)
    report = replace(done.report, checks=checks)
    return replace(done, report=report, nothing_to_do=done.nothing_to_do and not made.changed)
