"""Release a commit beside others for a while, and take such releases away."""

from collections.abc import Sequence
from dataclasses import replace

import anyio

from todo_ci.cluster.kubectl import Object
from todo_ci.commands import publish
from todo_ci.core.context import Context
from todo_ci.core.working_tree import WorkingTree
from todo_ci.errors import PipelineError
from todo_ci.preflight import access, address, apart
from todo_ci.project import current
from todo_ci.release import history, previews
from todo_ci.release.previews import Preview
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check, CheckStatus, Report
from todo_ci.rollout import lock, upgrade
from todo_ci.rollout.lock import HeldLease
from todo_ci.rollout.rehearsal.removal import sweep, take_away
from todo_ci.rollout.request import DeployRequest


async def preview(context: Context, tree: WorkingTree, request: DeployRequest) -> ReleaseResult:
    """Release the tree's commit as a preview of its own, and verify it at its own address.

    Those over their age are removed before, this one as well where it is. Where there is no room
    left it is refused before anything is built, and once more when nobody else changes anything.

    Args:
        context: the ports and the target, which is a preview.
        tree: what it is made from.
        request: what a deploy of it would be asked for; its images where they were published.

    Raises:
        InputError: for a target that has no previews, no room for one more, or a chart of which
            two releases cannot stand beside each other.
        PipelineError: from the step that fails.
    """
    start = anyio.current_time()
    context.need("kubeconfig")
    target, rules = context.target, previews.rules(context.target)
    address.need_https(target.url, target, allowed=request.allow_http)
    publish.refuse_dirty(target, dirty=tree.dirty)
    await access.preflight(context)
    early, now = await previews.load(context), previews.now()
    gone = previews.over_age(early, rules, now)
    previews.require_room([it for it in early if it not in gone], target, now)
    images = request.images or await publish.publish_tree(context, tree, request)
    brought = await apart.check(context, images)
    removed: list[Check] = []

    async def admit(held: HeldLease) -> None:
        found = await previews.load(context)
        for check in await _take_away(context, held, previews.over_age(found, rules, now)):
            kept = f"it stays: {check.evidence}"
            failed = check.status is CheckStatus.FAILED
            # What is another's is no failure of this one.
            removed.append(Check.skipped(check.name, kept, check.next_step) if failed else check)
        previews.require_room(await previews.load(context), target, now)

    asked = replace(request, images=images, url=target.url)
    done = await upgrade.upgrade_release(
        context, asked, images=images, commit=tree.label, admit=admit
    )
    checks = [*removed, *done.report.checks]
    if done.serving is None:
        checks.append(await _tidy(context, brought, request.lock_timeout))
    told = previews.census(await previews.load(context), rules, now)
    report = replace(done.report, checks=(*checks, Check.passed("previews", told)))
    seconds = anyio.current_time() - start
    return replace(done, action="preview", report=report, seconds=seconds)


async def unpreview(context: Context, lock_timeout: float) -> Report:
    """Remove a preview with all that it made; where the target names none, those over their age.

    Args:
        context: the ports and the target.
        lock_timeout: seconds to wait for a preview that is being made.

    Raises:
        InputError: for a target that has no previews.
        ClusterError: where they cannot be listed.
        LockError: when somebody else goes on changing one.
    """
    context.need("kubeconfig")
    target, rules, now = context.target, previews.rules(context.target), previews.now()
    await access.preflight(context)

    async def work(held: HeldLease) -> list[Check]:
        found = await previews.load(context)
        named = [it for it in found if it.name == target.preview]
        gone = named if target.preview else previews.over_age(found, rules, now)
        checks = await _take_away(context, held, gone)
        if target.preview and not named:
            checks.append(Check.passed(target.preview, "nothing is released under this name"))
        told = previews.census(await previews.load(context), rules, now)
        return [*checks, Check.passed("previews", told)]

    checks = await lock.hold(context, work, lock_timeout=lock_timeout)
    return Report(f"unpreview on {target.environment}", tuple(checks))


async def _tidy(context: Context, brought: Sequence[Object], lock_timeout: float) -> Check:
    """Remove what is left of one that helm removed as it never came up: what its hooks made."""

    async def work(held: HeldLease) -> Check:
        # The lock was free meanwhile: these names may be what another call made.
        if (await history.load(context)).revisions:
            return Check.skipped("removal", "another call has released this name since")
        await sweep(context, held, brought)
        return Check.passed("removal", "nothing of it is left")

    try:
        return await lock.hold(context, work, lock_timeout=lock_timeout)
    except PipelineError as error:
        return Check.of_error("removal", error)


async def _take_away(context: Context, held: HeldLease, gone: Sequence[Preview]) -> list[Check]:
    """Remove previews, each whatever becomes of the others."""
    checks: list[Check] = []
    for each in gone:
        start = anyio.current_time()
        context.say(f"unpreview: removing {each.name}")
        try:
            with current.beside(each.name):
                objects = await take_away(context, held)
        except PipelineError as error:
            check = Check.of_error(each.name, error, anyio.current_time() - start)
        else:
            age = previews.age(previews.now() - each.made)
            told = f"{age} old, removed with all that it had: {', '.join(objects)}"
            check = Check.passed(each.name, told, anyio.current_time() - start)
        checks.append(check)
    return checks
