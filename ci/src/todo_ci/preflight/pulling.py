"""Refuse a release whose images no pod could pull."""

from collections.abc import Collection

from todo_ci.cluster import next_steps
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, Reference
from todo_ci.errors import InputError
from todo_ci.preflight import registry
from todo_ci.project.current import namespace


async def require_pullable(context: Context, images: ImageRefs, missing: Collection[str]) -> None:
    """Refuse images that want a login where the Secret is missing that pods would give.

    Public images need none, so the registry is asked as a stranger would ask it.

    Args:
        context: the ports and the target.
        images: what is to be released; whoever deploys can read them.
        missing: Secrets that the pods name for pulling and that are not there.

    Raises:
        InputError: naming the registry, the Secret, and the command that makes it.
        ToolError: where the registry cannot be asked.
    """
    if not missing:
        return
    asked = tuple(images.components.values())
    host = Reference.parse(asked[0]).repository.partition("/")[0]
    found = await registry.look(context, asked, host, "")
    if all(said.status == registry.OK for said in found.values()):
        return
    name = min(missing)
    raise InputError(
        f"{host} gives the images to nobody without a login, and the Secret is missing that pods "
        f"would give: {', '.join(sorted(missing))}",
        accepted=f"a Secret of that name in namespace {namespace()}; or imagePullSecrets: [] in "
        "--values, where the nodes have a login of their own",
        next_step=next_steps.secret(name, context.target.environment),
    )
