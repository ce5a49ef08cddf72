"""Take an image from the registry in place of a build that would read what it was made from.

Whoever may push can move a tag. So a tag only says where to look, and what the release's own key
signed says which sources the image there was made from.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from todo_ci.attestation import asking, calling, provenance, statements
from todo_ci.attestation.asking import Place
from todo_ci.attestation.provenance import Provenance
from todo_ci.attestation.statements import Statement
from todo_ci.components import build_inputs
from todo_ci.core.context import Context
from todo_ci.core.image_names import is_pinned
from todo_ci.core.ports import ImageSpec
from todo_ci.core.steps import gather
from todo_ci.errors import ToolError
from todo_ci.project.current import project

_DIGITS = 12
# Of a tag. All 64 are signed.
_LENGTH = 32
Specs = Mapping[str, ImageSpec]


def tag(digest: str) -> str:
    """Return the tag that images have by the digest of their sources."""
    return f"src-{digest[:_LENGTH]}"


async def sources(context: Context, planned: Specs) -> dict[str, str]:
    """Return the digest of all that each build would read, where that says what comes of it.

    It does not where a base image is named by its tag alone. Nothing is asked for where a call
    cannot sign.
    """
    if not (calling.is_given(context) and _days()):
        return {}
    found = await gather({it: partial(_sources, context, spec) for it, spec in planned.items()})
    return {name: digest for name, digest in found.items() if digest}


async def _sources(context: Context, spec: ImageSpec) -> str:
    try:
        dockerfile = await context.images.dockerfile(spec)
        if not is_pinned(dockerfile):
            return ""
        read = await context.shell.run(build_inputs.step(spec))
    except ToolError:
        return ""  # the build says what is wrong
    return build_inputs.digest(spec, read.stdout.strip(), dockerfile) if read.ok else ""


async def find(
    context: Context, wanted: Mapping[str, str], *, registry: str, username: str
) -> dict[str, str]:
    """Return the images by digest that need no build, and say so of each.

    Args:
        context: the ports and the target.
        wanted: digest of the sources of each component.
        registry: ``host[:port][/path]`` that holds the images.
        username: of that registry; empty asks without a login.
    """
    places = {it: f"{registry}/{project().components[it].image}" for it in wanted}
    calls = {it: partial(_resolve, context, places[it], wanted[it]) for it in wanted}
    there = {it: image for it, image in (await gather(calls)).items() if image}
    try:
        place = Place(provenance.TYPE, registry, username)
        stated = await asking.read(context, list(there.values()), place)
    except ToolError:
        return {}
    now = datetime.now(UTC)
    taken: dict[str, str] = {}
    for name, image in there.items():
        said = filter(None, map(provenance.read, stated[image]))
        if made := provenance.newest(said, wanted[name], now=now, days=_days()):
            context.say(f"{name}: unchanged since {_short(made.commit)}, taken as it is")
            taken[name] = image
    return taken


async def _resolve(context: Context, repository: str, digest: str) -> str:
    try:
        found = await context.images.resolve(f"{repository}:{tag(digest)}")
    except ToolError:
        return ""  # the push says what is wrong
    return f"{repository}@{found}" if found else ""


async def offer(
    context: Context,
    planned: Specs,
    made: Mapping[str, tuple[str, str]],
    *,
    commit: str,
    registry: str,
    username: str,
) -> None:
    """Sign of images what they were made from, and let a tag lead whoever has the same to them.

    They stand either way: without it they are built again.

    Args:
        context: the ports and the target.
        planned: how they were to be built.
        made: each image by digest, and the digest of its sources.
        commit: of the tree, with ``-dirty`` where it differs.
        registry: ``host[:port][/path]`` that holds the images.
        username: of that registry; empty asks without a login.
    """
    if not made:
        return
    context.say("sign: what the images were made from")
    now = datetime.now(UTC)
    wanted: list[Statement] = []
    for name, (image, digest) in made.items():
        said = Provenance(digest, commit, now)
        stated = provenance.predicate(planned[name], said, by=context.caller)
        wanted.append(Statement(image, stated))
    calls = {
        image: partial(context.images.tag, image, tag(digest)) for image, digest in made.values()
    }
    try:
        place = Place(provenance.TYPE, registry, username)
        trouble = await statements.publish(context, wanted, place)
        if not trouble:
            await gather(calls)
    except ToolError as error:
        trouble = error.problem
    if trouble:
        context.say(f"they will be built again where nothing changed: {trouble}")


def _days() -> int:
    signing = project().signing
    return signing.reuse_days if signing else 0


def _short(commit: str) -> str:
    digits, _, dirty = commit.partition("-")
    return f"{digits[:_DIGITS]}{'-dirty' if dirty else ''}"
