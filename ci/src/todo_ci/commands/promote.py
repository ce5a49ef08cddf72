"""Release in one environment exactly what passed in another; nothing is built."""

from dataclasses import replace

from todo_ci.attestation import admission, policy, signing
from todo_ci.commands import deploy, publish
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.secret_names import signs
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import names
from todo_ci.errors import InputError
from todo_ci.preflight import address
from todo_ci.release import previews
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest


async def promote(
    context: Context, tree: WorkingTree, request: DeployRequest, *, before: str
) -> ReleaseResult:
    """Deploy the digests and the chart whose signed verdict passed in another environment.

    The registry alone is asked: what the other environment runs on need not be reached.

    Args:
        context: the ports and the target.
        tree: whose commit was published.
        request: what was asked for; its images are those of the tree where it names none.
        before: the environment that they passed in; the one before the target when empty.

    Raises:
        InputError: for images that were not published, did not pass there, or passed as those of
            another commit than the one whose tag they have.
        PipelineError: from the step that fails.
    """
    context.need("kubeconfig")
    previews.refuse(context.target)
    before = _before(context, before)
    url = request.url or context.target.url
    address.need_url(url)
    address.need_https(url, context.target, allowed=request.allow_http)
    asked = replace(request, url=url)
    images = asked.images or await _of_tree(context, tree, asked, before)
    await signing.require_signer(context)
    named = tree.label if asked.images is None else ""
    found = await admission.require(context, images, asked, before=before, commit=named)
    if found and named:
        policy.require_commit(found, named)
    commit = found.commit if found else tree.label
    return await deploy.release(context, asked, images, commit=commit)


async def _of_tree(
    context: Context, tree: WorkingTree, asked: DeployRequest, before: str
) -> ImageRefs:
    publish.refuse_dirty(
        context.target,
        dirty=tree.dirty,
        next_step="commit them and deploy that first, or name what passed: --commit or --images",
    )
    return await publish.published(
        context,
        registry=asked.registry,
        username=asked.username,
        commit=tree.commit,
        dirty=tree.dirty,
        next_step=f"todo-ci deploy --env {before}, with {signs()}",
    )


def _before(context: Context, given: str) -> str:
    target = context.target
    before = given or target.after
    others = [name for name in names() if name != target.environment]
    if before not in others:
        raise InputError(
            f"{before!r} is no other environment, to promote from to {target.environment}"
            if before
            else f"{target.environment} comes after no environment of release.toml",
            accepted=f"one of: {', '.join(others)}" if others else "a second environment",
            next_step=f"todo-ci promote --from {target.after or others[0]} "
            f"--to {target.environment}"
            if others
            else "add one to release.toml",
        )
    policy.require_before(target, before)
    return before
