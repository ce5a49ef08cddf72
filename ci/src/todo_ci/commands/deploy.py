"""From a tree to a release: publish what is not published yet, then deploy it."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from todo_ci.attestation import admission, policy, scanning, signing
from todo_ci.commands import publish
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.working_tree import WorkingTree
from todo_ci.preflight import address
from todo_ci.release import previews
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout import upgrade
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.secrets import given as given_secrets


async def deploy(context: Context, tree: WorkingTree, request: DeployRequest) -> ReleaseResult:
    """Deploy images, building and publishing those of the tree where none are given.

    Secrets that were given are applied once the images are there, before the release reads them.

    Args:
        context: the ports and the target.
        tree: what the release is made from.
        request: what was asked for.

    Raises:
        PipelineError: from the step that fails.
    """
    context.need("kubeconfig")
    previews.refuse(context.target)
    publish.refuse_dirty(context.target, dirty=tree.dirty)
    url = request.url or context.target.url
    address.need_url(url)
    address.need_https(url, context.target, allowed=request.allow_http)
    policy.require_thawed(context.target, datetime.now(UTC))
    secrets = await given_secrets.prepare(context, request)
    images = request.images
    if images is None:
        policy.require_promotion(context.target)
        await scanning.require_scanner(context)
        if request.dry_run:
            images = await publish.published(
                context,
                registry=request.registry,
                username=request.username,
                commit=tree.commit,
                dirty=tree.dirty,
            )
        else:
            images = await publish.publish_tree(context, tree, request)
    else:
        await signing.require_signer(context)
    asked = replace(request, images=images, url=url)
    await admission.require(context, images, asked)
    work = partial(release, context, asked, images, commit=tree.label)
    return await given_secrets.release_after(context, secrets, asked, work)


async def release(
    context: Context, request: DeployRequest, images: ImageRefs, *, commit: str
) -> ReleaseResult:
    """Release images by digest that are there, and sign what came of it.

    Raises:
        PipelineError: from the step that fails.
    """
    done = await upgrade.upgrade_release(context, request, images=images, commit=commit)
    return done if request.dry_run else await signing.publish_verdict(context, done, request)
