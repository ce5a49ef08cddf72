"""Say what is in each image, by platform, and sign it, where an environment asks for that."""

from collections.abc import Collection, Sequence

from todo_ci.attestation import asking, calling, sbom, statements
from todo_ci.attestation.asking import Place
from todo_ci.attestation.sbom import Listed
from todo_ci.attestation.statements import Statement
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.core.steps import require_success
from todo_ci.errors import ToolError
from todo_ci.project.current import project


async def require_syft(context: Context) -> None:
    """Refuse a machine that cannot list what is in images, before any is built.

    Raises:
        ToolError: naming the environment that asks for it.
    """
    if _asking(context):
        await _list(context, (), "", "")


async def publish(
    context: Context,
    refs: ImageRefs,
    registry: str,
    username: str,
    platforms: Collection[str],
) -> None:
    """List what is in images, and sign that beside them, where a call can sign.

    What is there already stays as it is: the same image has the same document each time.

    Args:
        context: the ports and the target.
        refs: the images.
        registry: ``host[:port][/path]`` that the login is for.
        username: of that registry; empty asks without a login.
        platforms: those that the images are for.

    Raises:
        ToolError: naming what could not be listed or signed.
    """
    if not _asking(context):
        return
    place = Place(sbom.TYPE, registry, username)
    there = await asking.read(context, list(refs.components.values()), place)
    images = [it for it, stated in there.items() if not sbom.platforms(stated) >= {*platforms}]
    if not images:
        return
    context.say("sbom: what is in the images, for each platform")
    listed = await _list(context, images, registry, username)
    wanted = [Statement(it.image, sbom.document(it)) for it in listed]
    context.say(f"sign: {len(wanted)} SBOMs, by the images' digests")
    missing = statements.lacking(wanted, there)
    if trouble := await statements.publish(context, missing, place):
        raise ToolError(
            f"the SBOMs of {', '.join(map(shorten, images))} could not be signed: {trouble}",
            next_step="todo-ci publish again",
        )


def _asking(context: Context) -> str:
    """Name an environment that asks for what this call can sign; empty where none does."""
    asking = [name for name, it in project().environments.items() if it.requires.sbom]
    return asking[0] if asking and calling.is_given(context) else ""


async def _list(
    context: Context, images: Sequence[str], registry: str, username: str
) -> list[Listed]:
    step = sbom.step(context.target, images, registry=registry, username=username)
    result = require_success(await context.shell.run(step), "listing what is in the images")
    listed = sbom.parse(result.stdout)
    if listed is None:
        raise ToolError(
            f"there is no syft on PATH, and {_asking(context)} takes images with an SBOM alone",
            next_step="install syft 1, then the same command again",
        )
    return listed
