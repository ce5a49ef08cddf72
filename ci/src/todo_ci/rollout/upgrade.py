"""Deploy: lock, heal, upgrade under watch, verify, verdict; on failure, return."""

from dataclasses import dataclass, replace

import anyio

from todo_ci.checks import run
from todo_ci.cluster import errors, helm, render
from todo_ci.core import database_schema
from todo_ci.core.context import Pipeline
from todo_ci.core.database_schema import Schema
from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import InputError
from todo_ci.preflight import access, address, requirements
from todo_ci.preflight.registry import require
from todo_ci.release import history
from todo_ci.release.history import History
from todo_ci.release.result import Release
from todo_ci.reports.report import Check, Verdict
from todo_ci.rollout import auto_rollback, lease, lock, repair, watched_helm
from todo_ci.rollout.lock import Held
from todo_ci.rollout.watched_helm import Rollout

__all__ = ["Release", "deploy"]


@dataclass(frozen=True, slots=True)
class _Order:
    """Hold what was asked for."""

    images: ImageRefs
    commit: str
    overlay: str
    url: str
    schema: Schema | None = None
    adopt: tuple[str, ...] = ()

    def command(self, pipeline: Pipeline) -> tuple[str, ...]:
        """Return the helm command that releases it."""
        return helm.upgrade(
            pipeline.target,
            self.images,
            self.commit,
            self.schema,
            url=self.url,
            overlay=bool(self.overlay),
            adopt=bool(self.adopt),
        )

    def adoption(self) -> Check:
        """Say what the release takes over."""
        found = f"{', '.join(self.adopt)}: applied by hand, the release's own from now on"
        return Check("ownership", Verdict.PASSED, 0, found)


async def deploy(
    pipeline: Pipeline,
    *,
    images: ImageRefs,
    commit: str,
    overlay: str,
    url: str,
    lock_timeout: float,
    dry_run: bool,
    registry: str = "",
    username: str = "",
) -> Release:
    """Release images by digest, and end with something verified serving.

    Args:
        pipeline: the ports and the target.
        images: what to release.
        commit: where it came from.
        overlay: further values of the chart as YAML text, or nothing.
        url: the address people open, where sign-in works and the gateway is asked.
        lock_timeout: seconds to wait for another deploy.
        dry_run: True to say what would be done, and change nothing.
        registry: ``host[:port][/path]`` the login is for.
        username: of that registry; empty looks images up without a login.

    Returns:
        The release. A failed one says what serves now; the caller decides how loudly to fail.

    Raises:
        InputError: for a missing argument, an image or a Secret that does not exist, or values
            that the chart does not take.
        ClusterError: for a cluster that cannot be used.
        LockError: when another deploy goes on for longer than ``lock_timeout``, or takes over.
        ToolError: when helm refused the chart, before anything was changed.
    """
    start = anyio.current_time()
    address.need_url(url)
    pipeline.say("preflight: the cluster, the images, and what the release needs")
    await access.preflight(pipeline)
    found = await require(pipeline, (images.backend, images.frontend), registry, username)
    migrated = database_schema.of_image(found[images.backend].labels)
    adopt = await requirements.look(pipeline, images, overlay, url)
    order = _Order(images, commit, overlay, url, migrated, adopt)
    if adopt:
        pipeline.say(f"ownership: {order.adoption().evidence}")
    if dry_run:
        past = await history.read(pipeline)
        _refuse_schema(order, past)
        return _planned(pipeline, order, past)

    async def work(held: Held) -> Release:
        return await _release(pipeline, order, held)

    done = await lock.hold(pipeline, work, lock_timeout=lock_timeout)
    return replace(done, seconds=anyio.current_time() - start)


async def _release(pipeline: Pipeline, order: _Order, held: Held) -> Release:
    before = await repair.heal(pipeline, held)
    _refuse_schema(order, before)
    number = (before.latest.number if before.latest else 0) + 1
    pipeline.say(f"upgrade: revision {number} from {order.commit}")
    rolled = await watched_helm.run(pipeline, order.command(pipeline), overlay=order.overlay)
    checks = [*([order.adoption()] if order.adopt else []), watched_helm.check("upgrade", rolled)]
    if not rolled.ok:
        await _refuse_unchanged(pipeline, rolled, before)
        return await _returned(pipeline, order, number, checks, rolled.evidence)
    pipeline.say("verify: the release from outside, its test pods from inside")
    found = await run.run_checks(pipeline, url=order.url, images=order.images, revision=number)
    checks += found.checks
    if not found.passed:
        return await _returned(pipeline, order, number, checks, found.evidence)
    checks.append(await auto_rollback.label(pipeline, number, passed=True))
    return _outcome(pipeline, order, number, checks, serving=number)


async def _returned(
    pipeline: Pipeline, order: _Order, failed: int, checks: list[Check], evidence: str
) -> Release:
    """Go back, and report both the failure and what serves instead."""
    pipeline.say(f"failed: {next(c.evidence for c in checks if c.verdict is Verdict.FAILED)}")
    back = await auto_rollback.restore(pipeline, failed, order.url)
    shown = "\n\n".join(filter(None, (evidence, back.evidence)))
    done = _outcome(pipeline, order, failed, [*checks, *back.checks], serving=back.serving)
    return replace(done, returned_to=back.returned_to, evidence=shown)


async def _refuse_unchanged(pipeline: Pipeline, rolled: Rollout, before: History) -> None:
    """Raise where helm stopped before it changed anything."""
    after = await history.read(pipeline)
    # A failed first install is removed again, so an empty history alone does not say "unchanged".
    if after != before or rolled.evidence or "has been uninstalled" in rolled.result.stderr:
        return
    said = rolled.result.stderr
    if errors.is_cluster_trouble(said):
        raise errors.explain(rolled.result, "helm upgrade")
    raise render.refusal(said)


def _refuse_schema(order: _Order, before: History) -> None:
    """Refuse to leave a build on a schema of the database that it does not work on."""
    if why := database_schema.too_old(order.schema, before.database):
        raise InputError(
            f"the images of {order.commit} are too old: {why}",
            accepted="a build that works on the database as it is",
            next_step="todo-ci deploy a newer commit",
        )
    if why := database_schema.breaks(order.schema, before.serving and before.serving.schema):
        raise InputError(
            f"{why}; nothing was changed",
            accepted="a build whose schema serves the release before it",
            next_step="todo-ci deploy a commit in between first",
        )


def _outcome(
    pipeline: Pipeline, order: _Order, number: int, checks: list[Check], *, serving: int | None
) -> Release:
    return Release.judged(
        "deploy",
        pipeline.target.environment,
        number,
        checks,
        commit=order.commit,
        images=order.images,
        url=order.url,
        serving=serving,
    )


def _planned(pipeline: Pipeline, order: _Order, past: History) -> Release:
    number = (past.latest.number if past.latest else 0) + 1
    plan = (
        f"take the Lease {lease.NAME}",
        *(() if past.latest is None or not past.latest.pending else ("heal the pending release",)),
        " ".join(order.command(pipeline)),
        f"verify revision {number} at {order.url}",
        f"label revision {number} with the verdict",
        f"give the Lease {lease.NAME} back",
    )
    done = _outcome(pipeline, order, number, [], serving=past.latest and past.latest.number)
    return replace(done, verdict=Verdict.SKIPPED, plan=plan)
