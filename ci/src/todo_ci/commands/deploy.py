"""From a tree to a release: publish what is not published yet, then deploy it."""

from dataclasses import dataclass

from todo_ci.commands import publish
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.working_tree import WorkingTree
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout import upgrade


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """Hold what was asked for.

    Args:
        images: what to release; None for those of the tree.
        overlay: further values of the chart as YAML text, or nothing.
        url: address of the gateway; empty for the target's own.
        lock_timeout: seconds to wait for another deploy.
        dry_run: True to look up what was published instead, and to change nothing.
    """

    images: ImageRefs | None
    overlay: str
    url: str
    lock_timeout: float
    dry_run: bool


async def deploy(
    context: Context, tree: WorkingTree, request: DeployRequest, *, registry: str, username: str
) -> ReleaseResult:
    """Deploy images, building and publishing those of the tree where none are given.

    Args:
        context: the ports and the target.
        tree: what the release is made from.
        request: what was asked for.
        registry: where the tree's images go.
        username: of the registry; empty pushes without credentials.

    Raises:
        PipelineError: from the step that fails.
    """
    context.need("kubeconfig")
    publish.refuse_dirty(context.target, dirty=tree.dirty)
    images = request.images
    if images is None:
        take = publish.published if request.dry_run else publish.publish
        images = await take(
            context, registry=registry, username=username, commit=tree.commit, dirty=tree.dirty
        )
    return await upgrade.upgrade_release(
        context,
        images=images,
        commit=tree.label,
        overlay=request.overlay,
        url=request.url or context.target.url,
        lock_timeout=request.lock_timeout,
        dry_run=request.dry_run,
        registry=registry,
        username=username,
    )
