"""Refuse a release whose images no pod could pull."""

from collections.abc import Collection, Mapping

from todo_ci.cluster import next_steps
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, Reference
from todo_ci.errors import InputError, ToolError
from todo_ci.preflight import registry
from todo_ci.project.current import namespace, project

KEY = ".dockerconfigjson"


async def require_pullable(
    context: Context, images: ImageRefs, named: Collection[str], keys: Mapping[str, Collection[str]]
) -> None:
    """Refuse images that want a login where no Secret is there by which pods would give one.

    Public images need none, so the registry is asked as a stranger would ask it.

    Args:
        context: the ports and the target.
        images: what is to be released; whoever deploys can read them.
        named: the Secrets that pods pull with; one of them is enough.
        keys: the Secrets there are, with the names of their keys.

    Raises:
        InputError: naming the registry, the Secret, and the command that makes it.
        ToolError: where the registry cannot be asked.
    """
    if not named or any(KEY in keys.get(name, ()) for name in named):
        return
    found = await registry.look(context, list(images.components.values()), "", "")
    for image, said in found.items():
        if said.status == registry.OK:
            continue
        repository = Reference.parse(image).repository
        host = repository.partition("/")[0]
        if said.status not in (*registry.REFUSED, registry.ABSENT):
            raise ToolError(
                f"cannot tell whether {host} gives {image} to anybody: {said.error}",
                next_step=f"check that {host} is up, then todo-ci deploy again",
            )
        raise InputError(
            f"{host} does not give the image {repository} without a login, and there is no Secret "
            f"by which pods would give one: {', '.join(sorted(named))}",
            accepted=f"that Secret in namespace {namespace()}, with the key {KEY}; or "
            "imagePullSecrets: [] among the values, where the nodes have a login of their own",
            next_step=_make(min(named), repository.rpartition("/")[0], context.target.environment),
        )


def _make(name: str, registry_name: str, environment: str) -> str:
    """Return the command that makes the Secret."""
    if name == project().release.pull_secret:
        return next_steps.secret(name, environment, registry_name)
    return (
        f"kubectl -n {namespace()} create secret generic {name} "
        f"--type=kubernetes.io/dockerconfigjson --from-file={KEY}=PATH"
    )
