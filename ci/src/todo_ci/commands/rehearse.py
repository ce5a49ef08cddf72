"""Try a commit's release, its return and a rollback in an environment to throw away, under load."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

import anyio

from todo_ci.commands import publish
from todo_ci.commands.rollback import rollback
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Shell
from todo_ci.core.working_tree import WorkingTree
from todo_ci.errors import PipelineError
from todo_ci.preflight import access, address
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check
from todo_ci.rollout import load, upgrade
from todo_ci.rollout.rehearsal import scenes, stand_ins
from todo_ci.rollout.rehearsal.removal import remove
from todo_ci.rollout.rehearsal.scenes import Act, Rehearsal, Scene
from todo_ci.rollout.rehearsal.served import Served
from todo_ci.rollout.request import DeployRequest

_REMOVAL = "removal"
UNDER_LOAD = (Scene.RETURN, Scene.UPGRADE, Scene.ROLLBACK)


@dataclass(slots=True)
class _Stage:
    """Hold what a rehearsal works with, and what came of it so far."""

    context: Context
    request: DeployRequest
    images: ImageRefs
    commit: str
    rate: float
    checks: list[Check] = field(default_factory=list[Check])
    acts: list[Act] = field(default_factory=list[Act])

    async def release(self, shell: Shell | None = None) -> ReleaseResult:
        """Release the commit."""
        context = replace(self.context, shell=shell) if shell else self.context
        return await upgrade.upgrade_release(
            context, self.request, images=self.images, commit=self.commit
        )

    async def go_back(self) -> ReleaseResult:
        """Go back to what served before."""
        request = self.request
        return await rollback(
            self.context,
            revision=None,
            url=request.url,
            lock_timeout=request.lock_timeout,
            dry_run=False,
        )

    async def play(
        self, scene: Scene, change: Callable[[], Awaitable[ReleaseResult]], *, asked: bool
    ) -> bool:
        """Make a change and judge it; tell whether what serves then is what should."""
        start = anyio.current_time()
        self.context.say(f"rehearsal: {scene}")
        found = None
        try:
            if asked:
                beside = partial(load.beside, self.context, self.request.url, self.rate)
                result, found = await beside(change)
            else:
                result = await change()
        except PipelineError as error:
            self.checks.append(Check.of_error(scene, error, anyio.current_time() - start))
            return False
        act = Act(scene, result, found)
        self.acts.append(act)
        self.checks.append(act.check)
        return act.stands


async def rehearse(
    context: Context,
    tree: WorkingTree,
    request: DeployRequest,
    served: Served,
    *,
    rate: float = load.RATE,
    keep: bool = False,
) -> Rehearsal:
    """Release what serves elsewhere, then the commit, and go back; all is removed at the end.

    Args:
        context: the ports and the target, whose release is thrown away.
        tree: what the commit is made from.
        request: what a deploy of it would be asked for; its images where they were published.
        served: what serves in the environment that is rehearsed.
        rate: requests a second.
        keep: True to leave what was released last.

    Raises:
        InputError: for a missing argument, or a target that is not for rehearsals.
        PipelineError: where images cannot be published, or an earlier rehearsal not be removed.
    """
    start = anyio.current_time()
    context.need("kubeconfig")
    rehearses = scenes.rehearsed_by(context.target)
    url = request.url or context.target.url
    address.need_url(url)
    address.need_https(url, context.target, allowed=request.allow_http)
    scenes.need_own_address(url, served)
    load.need_rate(rate)
    images = request.images or await publish.publish_tree(context, tree, request)
    await access.preflight(context)
    await remove(context, request.lock_timeout)
    stage = _Stage(context, replace(request, images=images, url=url), images, tree.label, rate)
    try:
        await _play(stage, served)
    finally:
        if not keep:
            await _tidy(stage)
    return Rehearsal(
        environment=context.target.environment,
        rehearses=rehearses,
        commit=stage.commit,
        checks=tuple(stage.checks),
        acts=tuple(stage.acts),
        seconds=anyio.current_time() - start,
    )


async def _play(stage: _Stage, served: Served) -> None:
    if not await stage.play(Scene.BEFORE, partial(_before, stage, served), asked=False):
        stage.checks += scenes.not_tried(UNDER_LOAD, "what serves does not pass here")
        return
    try:
        planned = await replace(stage, request=replace(stage.request, dry_run=True)).release()
    except PipelineError as error:
        stage.checks.append(Check.of_error(Scene.RETURN, error))
        stage.checks += scenes.not_tried(UNDER_LOAD[1:], "a deploy of the commit is refused")
        return
    if planned.nothing_to_do:
        stage.checks += scenes.not_tried(UNDER_LOAD, "the commit changes nothing that serves")
        return
    changes = {
        Scene.RETURN: partial(stage.release, stand_ins.CalledBroken(stage.context.shell)),
        Scene.UPGRADE: stage.release,
        Scene.ROLLBACK: stage.go_back,
    }
    for number, (scene, change) in enumerate(changes.items(), 1):
        if not await stage.play(scene, change, asked=True):
            why = f"what {scene} left is not what should serve"
            stage.checks += scenes.not_tried(UNDER_LOAD[number:], why)
            return


async def _before(stage: _Stage, served: Served) -> ReleaseResult:
    """Release what serves elsewhere, with its own chart where that knows this environment."""
    context = stage.context
    where = f"revision {served.revision} on {served.environment}"
    why = served.without_chart_for(context.target)
    if not why:
        context = replace(context, shell=stand_ins.OtherChart(context.shell, served.chart))
    done = await upgrade.upgrade_release(
        context,
        replace(stage.request, images=served.images, overlay=""),
        images=served.images,
        commit=served.commit,
    )
    chart = f"the chart of this tree, as its own {why}" if why else "its own chart"
    return replace(done, action=f"{where} with {chart}")


async def _tidy(stage: _Stage) -> None:
    """Remove what was released, also where the call is being ended."""
    start = anyio.current_time()
    limit = 2 * stage.context.target.helm_timeout + 60
    late = f"not removed within {limit} s"
    check = Check.failed(_REMOVAL, late, "todo-ci status; the next rehearsal removes it", limit)
    with anyio.move_on_after(limit, shield=True):
        try:
            await remove(stage.context, stage.request.lock_timeout)
        except PipelineError as error:
            check = Check.of_error(_REMOVAL, error, anyio.current_time() - start)
        else:
            seconds = anyio.current_time() - start
            check = Check.passed(_REMOVAL, "nothing is released here", seconds)
    stage.checks.append(check)
