"""Deploy: lock, repair, upgrade under watch, verify, verdict; on failure, return."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import anyio

from todo_ci.cluster import errors, helm, render
from todo_ci.core import database_schema
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import InputError
from todo_ci.plugins.installed import PLUGINS
from todo_ci.preflight import access, requirements
from todo_ci.preflight.registry import require
from todo_ci.release import history
from todo_ci.release.history import History
from todo_ci.release.result import ReleaseResult
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout import (
    auto_rollback,
    content,
    lease,
    lock,
    pruning,
    repair,
    standing,
    verification,
    watched_helm,
)
from todo_ci.rollout.canary import trial
from todo_ci.rollout.canary.trial import Trial
from todo_ci.rollout.lock import HeldLease
from todo_ci.rollout.plan import UpgradePlan
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.standing import Standing
from todo_ci.rollout.watched_helm import WatchedRun


async def upgrade_release(
    context: Context,
    request: DeployRequest,
    *,
    images: ImageRefs,
    commit: str,
    admit: Callable[[HeldLease], Awaitable[None]] | None = None,
) -> ReleaseResult:
    """Release images by digest, and end with something verified serving.

    Args:
        context: the ports and the target.
        request: what was asked for.
        images: what to release.
        commit: where it came from.
        admit: what has to be so once nobody else changes anything; raises where it is not.

    Returns:
        The release. A failed one says what serves now; the caller decides how loudly to fail.

    Raises:
        InputError: for a missing argument, an image or a Secret that does not exist, or values
            that the chart does not take.
        ClusterError: for a cluster that cannot be used.
        LockError: when another deploy goes on for longer than was asked for, or takes over.
        ToolError: when helm refused the chart, before anything was changed.
    """
    start = anyio.current_time()
    context.say("preflight: the cluster, the images, and what the release needs")
    await access.preflight(context)
    asked = tuple(images.components.values())
    found = await require(context, asked, request.registry, request.username)
    labels = {name: found[image].labels for name, image in images.components.items()}
    schemas = (plugin.schema(labels) for plugin in PLUGINS)
    schema = next(filter(None, schemas), None)
    adopt = await requirements.check(context, images, request.overlay, request.url)
    plan = UpgradePlan(request, images, commit, schema, adopt)
    if adopt:
        context.say(f"ownership: {plan.adoption().evidence}")
    if request.dry_run:
        past = await history.load(context)
        _refuse_schema(plan, past)
        return await _planned(context, plan, past)

    async def work(held: HeldLease) -> ReleaseResult:
        if admit:
            await admit(held)
        return await _release(context, plan, held)

    done = await lock.hold(context, work, lock_timeout=request.lock_timeout)
    return replace(done, seconds=anyio.current_time() - start)


async def _release(context: Context, plan: UpgradePlan, held: HeldLease) -> ReleaseResult:
    before = await repair.repair(context, held)
    _refuse_schema(plan, before)
    now = await standing.read(context, before.serving)
    plan = plan.after(now)
    if kept := await _keep(context, held, plan, before, now):
        return kept
    tried = await trial.try_out(
        context,
        held,
        plan.rendering(context),
        before.serving,
        schema=plan.schema,
        url=plan.request.url,
    )
    if not tried.passed:
        return _stopped(context, plan, before, tried)
    await pruning.prune(context, before)
    number = (before.latest.number if before.latest else 0) + 1
    context.say(f"upgrade: revision {number} from {plan.commit}")
    command = plan.command(context)
    rolled = await watched_helm.run(context, held, "upgrade", command, values=plan.values(context))
    checks = [*tried.checks, *([plan.adoption()] if plan.adopt else []), rolled.check]
    if not rolled.result.ok:
        await _refuse_unchanged(context, rolled, before)
        return await _rolled_back(context, held, plan, number, checks, rolled.evidence)
    context.say("verify: the release from outside, its test pods from inside")
    found = await verification.verify_new(
        context, held, url=plan.request.url, images=plan.images, revision=number
    )
    checks += found.checks
    if not found.passed:
        if known := await content.verified_before(context, before, number):
            checks.append(auto_rollback.spared(known))
            done = _result(context, plan, number, checks, serving=number)
            return replace(done, evidence=found.evidence, is_judged=False)
        return await _rolled_back(context, held, plan, number, checks, found.evidence)
    checks.append(await auto_rollback.label(context, number, passed=True))
    return _result(context, plan, number, checks, serving=number)


async def _keep(
    context: Context, held: HeldLease, plan: UpgradePlan, before: History, now: Standing
) -> ReleaseResult | None:
    """Verify what serves where that is all of this already; None where helm has something to do.

    What serves and does not verify is released anew: a migration may run, or pods may be made.
    """
    done = await _find_done(context, plan, before, now)
    if done is None:
        return None
    context.say(f"{_nothing_to_do(done)}; verifying it")
    found = await verification.verify(
        context, held, url=plan.request.url, images=plan.images, revision=done.number
    )
    if not found.passed:
        context.say("it does not verify: it is released anew")
        return None
    checks = [Check.skipped("upgrade", _nothing_to_do(done)), *found.checks]
    result = _result(context, plan, done.number, checks, serving=done.number)
    return replace(result, nothing_to_do=True)


def _stopped(context: Context, plan: UpgradePlan, before: History, tried: Trial) -> ReleaseResult:
    """Report a canary that failed: helm was not called, and what served serves on."""
    serving = before.serving.number if before.serving else None
    done = _result(context, plan, 0, tried.checks, serving=serving)
    return replace(done, evidence=tried.evidence, is_released=False)


async def _rolled_back(
    context: Context,
    held: HeldLease,
    plan: UpgradePlan,
    failed: int,
    checks: list[Check],
    evidence: str,
) -> ReleaseResult:
    """Go back, and report both the failure and what serves instead."""
    context.say(f"failed: {next(c.evidence for c in checks if c.status is CheckStatus.FAILED)}")
    back = await auto_rollback.roll_back_automatically(context, held, failed, plan.request.url)
    shown = "\n\n".join(filter(None, (evidence, back.evidence)))
    done = _result(context, plan, failed, [*checks, *back.checks], serving=back.serving)
    return replace(done, returned_to=back.returned_to, evidence=shown)


async def _refuse_unchanged(context: Context, rolled: WatchedRun, before: History) -> None:
    """Raise where helm stopped before it changed anything."""
    after = await history.load(context)
    # A failed first install is removed again, so an empty history alone does not say "unchanged".
    if after != before or rolled.evidence or "has been uninstalled" in rolled.result.stderr:
        return
    said = rolled.result.stderr
    if errors.is_cluster_trouble(said):
        raise errors.explain(rolled.result, "helm upgrade")
    raise render.refusal(said)


def _refuse_schema(plan: UpgradePlan, before: History) -> None:
    """Refuse to leave a build on a schema of the database that it does not work on."""
    if why := database_schema.too_old(plan.schema, before.database):
        raise InputError(
            f"the images of {plan.commit} are too old: {why}",
            accepted="a build that works on the database as it is",
            next_step="todo-ci deploy a newer commit",
        )
    if why := database_schema.breaks(plan.schema, before.serving and before.serving.schema):
        raise InputError(
            f"{why}; nothing was changed",
            accepted="a build whose schema serves the release before it",
            next_step="todo-ci deploy a commit in between first",
        )


def _result(
    context: Context, plan: UpgradePlan, number: int, checks: list[Check], *, serving: int | None
) -> ReleaseResult:
    done = ReleaseResult.judged(
        "deploy",
        context.target.environment,
        number,
        checks,
        commit=plan.commit,
        images=plan.images,
        url=plan.request.url,
        serving=serving,
    )
    return replace(done, schema=plan.schema.head if plan.schema else "")


async def _planned(context: Context, plan: UpgradePlan, past: History) -> ReleaseResult:
    now = await standing.read(context, past.serving)
    plan = plan.after(now)
    known = await _find_done(context, plan, past, now)
    number = known.number if known else (past.latest.number if past.latest else 0) + 1
    helms = (
        *(("heal the pending release",) if past.latest and past.latest.pending else ()),
        " ".join(plan.command(context)),
        f"with {helm.GIVEN}: {plan.values(context)[helm.GIVEN]}",
    )
    tried = trial.asked(context) if past.serving else None
    steps = (
        f"take the Lease {lease.name()}",
        *((f"try {tried}",) if tried and not known else ()),
        *((_nothing_to_do(known),) if known else helms),
        f"verify revision {number} at {plan.request.url}",
        *(() if known else (f"label revision {number} with the verdict",)),
        f"give the Lease {lease.name()} back",
    )
    done = _result(context, plan, number, [], serving=past.latest and past.latest.number)
    return replace(done, verdict=CheckStatus.SKIPPED, plan=steps, nothing_to_do=known is not None)


async def _find_done(
    context: Context, plan: UpgradePlan, past: History, now: Standing
) -> Revision | None:
    # What it would take over is not its own yet.
    if plan.adopt:
        return None
    return await standing.find_done(context, past, now, plan.images, plan.rendering(context))


def _nothing_to_do(done: Revision) -> str:
    made = f", made from {done.commit}" if done.commit else ""
    return f"nothing to do: revision {done.number} serves this already{made}"
