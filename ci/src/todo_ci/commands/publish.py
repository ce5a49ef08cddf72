"""Images and chart go to the registry, and come back as digests."""

import re
from collections.abc import Collection, Mapping
from functools import partial

from todo_ci.attestation import listing, reuse, signing
from todo_ci.commands import build
from todo_ci.components import chart
from todo_ci.core.context import Context
from todo_ci.core.image_refs import CHART, ImageRefs
from todo_ci.core.ports import BuiltImage
from todo_ci.core.steps import gather, require_success
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.rollout.request import DeployRequest

_REGISTRY = re.compile(r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_PLATFORM = re.compile(r"linux/(amd64|arm64)")
_LENGTH = 12


def tag_of(commit: str, *, dirty: bool) -> str:
    """Name a commit for people: ``sha-<12 digits>``, with ``-dirty`` for an uncommitted tree.

    Raises:
        InputError: when it is not a commit's hash.
    """
    if not _COMMIT.fullmatch(commit):
        raise InputError(
            f"{commit!r} is not a commit",
            accepted="7 to 64 hex digits",
            next_step="commit your work, or pass --commit $(git rev-parse HEAD)",
        )
    return f"sha-{commit[:_LENGTH]}{'-dirty' if dirty else ''}"


def platforms_of(text: str) -> tuple[str, ...]:
    """Read ``linux/amd64,linux/arm64``; nothing for an empty text.

    Raises:
        InputError: naming what the Dockerfiles know no packages for.
    """
    named = tuple(dict.fromkeys(text.split(","))) if text else ()
    for name in named:
        if not _PLATFORM.fullmatch(name):
            raise InputError(
                f"--platforms: {name!r} is no platform the images are made for",
                accepted="linux/amd64, linux/arm64 or both with a comma between them",
                next_step="--platforms linux/amd64,linux/arm64",
            )
    return named


async def publish(
    context: Context,
    *,
    registry: str,
    username: str,
    commit: str,
    dirty: bool,
    source: str = "",
    platforms: tuple[str, ...] = (),
) -> ImageRefs:
    """Build and push all images and the chart; take as it is what was made from the same sources.

    Args:
        context: the ports and the target.
        registry: ``host[:port][/path]`` that holds the images.
        username: of the registry; empty pushes without credentials.
        commit: the commit's hash.
        dirty: True when the tree differs from it.
        source: page of its repository, which the images name.
        platforms: such as ``linux/amd64``; those of the target when empty.

    Raises:
        InputError: for a registry with a scheme, or a dirty tree the target refuses.
        ToolError: when a build or push fails.
    """
    _check(context, registry, username, dirty=dirty)
    await signing.require_signer(context)
    await listing.require_syft(context)
    tag = tag_of(commit, dirty=dirty)
    say = context.say
    platforms = platforms or context.target.platforms
    planned = await build.plan(context.shell, platforms, source)
    digests = await reuse.sources(context, planned)
    taken = await reuse.find(context, digests, registry=registry, username=username)
    to_build = {name: spec for name, spec in planned.items() if name not in taken}
    if to_build:
        say(f"building for {', '.join(platforms)}")
    built = await build.build_planned(context.images, to_build)
    # What was changed while it was built is not known to be in the image.
    kept = digests.items() & (await reuse.sources(context, to_build)).items()
    say(f"pushing {tag} to {registry}")
    refs = await _push(context, {**taken, **built.images}, registry, username, tag)
    await signing.sign(context, refs, registry, username)
    await reuse.offer(
        context,
        planned,
        {name: (refs[name], digest) for name, digest in kept},
        commit=f"{commit}-dirty" if dirty else commit,
        registry=registry,
        username=username,
    )
    await listing.publish(context, refs, registry, username, platforms)
    return refs


async def publish_tree(context: Context, tree: WorkingTree, request: DeployRequest) -> ImageRefs:
    """Publish what a release of a tree is asked for, where no images were given.

    Raises:
        InputError: for a registry with a scheme, or a dirty tree the target refuses.
        ToolError: when a build or push fails.
    """
    return await publish(
        context,
        registry=request.registry,
        username=request.username,
        commit=tree.commit,
        dirty=tree.dirty,
        source=tree.source,
    )


async def _push(
    context: Context,
    images: Mapping[str, BuiltImage | str],
    registry: str,
    username: str,
    tag: str,
) -> ImageRefs:
    """Push what was built, and tag what is there by digest."""

    async def push_image(name: str, image: BuiltImage | str) -> str:
        if isinstance(image, str):
            await context.images.tag(image, tag)
            return image
        repository = f"{registry}/{project().components[name].image}"
        return f"{repository}@{await context.images.push(image, f'{repository}:{tag}')}"

    async def push_chart() -> str:
        step = chart.push(context.target, registry, username, tag)
        result = require_success(
            await context.shell.run(step), f"the push of the chart to {registry}"
        )
        return result.stdout.strip()

    calls = {
        CHART: push_chart,
        **{name: partial(push_image, name, image) for name, image in images.items()},
    }
    pushed = await gather(calls)
    return ImageRefs({name: pushed[name] for name in project().components}, pushed[CHART])


def _check(context: Context, registry: str, username: str, *, dirty: bool) -> None:
    if not _REGISTRY.fullmatch(registry):
        raise InputError(
            f"{registry!r} names no registry"
            if registry
            else "no registry is known: git's origin is not a repository on GitHub",
            accepted="host[:port][/path] in lower case, without https://",
            next_step="name the registry: --registry HOST/PATH, or <VERB>_REGISTRY in .env",
        )
    if username:
        context.need("registry-password")
    refuse_dirty(context.target, dirty=dirty)


def refuse_dirty(
    target: Target, *, dirty: bool, next_step: str = "commit them, or add --allow-dirty"
) -> None:
    """Keep an uncommitted tree from a target where every release must be a commit.

    Raises:
        InputError: when the target takes none.
    """
    if dirty and not target.allow_dirty:
        raise InputError(
            f"the tree has uncommitted changes, which {target.environment} refuses",
            next_step=next_step,
        )


def given(images: str, **references: str) -> ImageRefs | None:
    """Read the references of a deploy: one JSON object, one of each component, or nothing.

    Raises:
        InputError: for a tag, some components alone, or both ways at once.
    """
    named = {name: reference for name, reference in references.items() if reference}
    if images and named:
        raise InputError(
            "images were given twice",
            accepted=accepted_images(references),
            next_step="leave one of the two out",
        )
    if images:
        return ImageRefs.from_json(images)
    return ImageRefs(named) if named else None


def accepted_images(flags: Collection[str] = ()) -> str:
    """Say how images are given.

    Args:
        flags: of single images, which a front end has for components of some names alone.
    """
    known = project().components
    each = " and ".join(f"--{name}" for name in known)
    return f"--images JSON, or {each}" if set(known) == set(flags) else "--images JSON"


async def published(
    context: Context,
    *,
    registry: str,
    username: str,
    commit: str,
    dirty: bool,
    next_step: str = "",
) -> ImageRefs:
    """Look up what an earlier publish of the commit pushed; a dry run starts from it.

    Args:
        context: the ports and the target.
        registry: ``host[:port][/path]`` that holds the images.
        username: of the registry; empty asks without credentials.
        commit: the commit's hash.
        dirty: True when the tree differs from it.
        next_step: what makes them; a publish for the target when empty.

    Raises:
        InputError: when that commit was not published.
    """
    _check(context, registry, username, dirty=dirty)
    tag = tag_of(commit, dirty=dirty)
    found: dict[str, str] = {}
    for name, component in project().components.items():
        repository = f"{registry}/{component.image}"
        digest = await context.images.resolve(f"{repository}:{tag}")
        if digest is None:
            raise InputError(
                f"{repository}:{tag} was not published",
                accepted="a commit whose images are in the registry",
                next_step=next_step or f"todo-ci publish --env {context.target.environment}",
            )
        found[name] = f"{repository}@{digest}"
    return ImageRefs(found)
