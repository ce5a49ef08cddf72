"""Remove a release that was made to be thrown away, with all that helm leaves of it."""

import json
from collections.abc import Sequence

from todo_ci.cluster import errors, helm, kubectl, manifest
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.kubectl import Object
from todo_ci.core.context import Context
from todo_ci.errors import ClusterError
from todo_ci.project.current import namespace, release_name
from todo_ci.release import history
from todo_ci.rollout import lock, watched_helm
from todo_ci.rollout.lock import HeldLease

# Of these one label may mean a release of the same name in another namespace: what is rehearsed.
_IN_NO_NAMESPACE = frozenset(
    {
        "APIService", "CSIDriver", "ClusterRole", "ClusterRoleBinding",
        "CustomResourceDefinition", "GatewayClass", "IngressClass",
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration", "Namespace", "PersistentVolume", "PriorityClass",
        "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
    }
)  # fmt: skip


async def remove(context: Context, lock_timeout: float) -> None:
    """Remove the release of the target, where there is one.

    Raises:
        ClusterError: when it cannot be removed.
        LockError: when somebody else goes on changing it.
    """
    if not (await history.load(context)).revisions:
        return

    async def work(held: HeldLease) -> None:
        await take_away(context, held)

    context.say("rehearsal: removing what is released here")
    await lock.hold(context, work, lock_timeout=lock_timeout)


async def take_away(context: Context, held: HeldLease) -> tuple[str, ...]:
    """Remove a release, whatever became of it, and name the objects that it had.

    Raises:
        ClusterError: when it cannot be removed, or something of it stays.
    """
    past = await history.load(context)
    if past.latest is None:
        return ()
    number = past.latest.number
    read = (helm.manifest(number), helm.hooks(number))
    said = await side_by_side(context.shell, *map(kubectl.step, read))
    for one in said:
        if not one.ok:
            raise errors.explain(one, f"reading what {release_name()} consists of")
    objects = [item for one in said for item in manifest.parse(one.stdout)]
    command = helm.uninstall(context.target.helm_timeout, cascade="foreground")
    await watched_helm.run_unwatched(context, held, command, f"removing {release_name()}")
    await sweep(context, held, objects)
    return tuple(f"{item['kind']} {item['metadata']['name']}" for item in objects)


async def sweep(context: Context, held: HeldLease, objects: Sequence[Object]) -> None:
    """Remove what an uninstall leaves: hooks, what the chart says to keep, and volumes.

    Args:
        context: the ports and the target.
        held: the Lease.
        objects: what the release consisted of. What else in the namespace is of these kinds and
            bears its label goes, too; what is in no namespace goes by its name alone.

    Raises:
        ClusterError: where something of it stays.
    """
    if not objects:
        return
    kinds = sorted({_resource(it) for it in objects if it["kind"] not in _IN_NO_NAMESPACE})
    if any(item["kind"] == "StatefulSet" for item in objects):
        kinds.append("persistentvolumeclaim")
    seconds = context.target.helm_timeout
    named = kubectl.delete_named(json.dumps(_names(objects)), seconds)
    for step in (named, *([kubectl.delete_labelled(kinds, seconds)] if kinds else [])):
        done = await held.run(context, step)
        if not done.ok:
            raise errors.explain(done, f"removing what is left of {release_name()}")
    if not kinds:
        return
    left = await context.shell.run(kubectl.get_names(kubectl.selector(), *kinds))
    if not left.ok:
        raise errors.explain(left, f"looking for what is left of {release_name()}")
    if names := left.stdout.split():
        raise ClusterError(
            f"of {release_name()} there stay: {', '.join(names)}",
            next_step=f"kubectl -n {namespace()} delete {names[0]}; then the same command again",
        )


def _resource(item: Object) -> str:
    group, _, version = str(item["apiVersion"]).rpartition("/")
    return f"{item['kind']}.{version}.{group}".lower() if group else str(item["kind"]).lower()


def _names(objects: Sequence[Object]) -> Object:
    """Name objects as kubectl reads a list; what else they say is of no use to a removal."""
    named = [
        {
            "apiVersion": item["apiVersion"],
            "kind": item["kind"],
            "metadata": {"name": item["metadata"]["name"]},
        }
        for item in objects
    ]
    return {"apiVersion": "v1", "kind": "List", "items": named}
