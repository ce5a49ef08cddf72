"""Look before a deploy at what the release itself needs: its rendered manifest says what."""

from collections.abc import Sequence

from todo_ci.cluster import errors, kubectl, manifest, next_steps
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.manifest import Need
from todo_ci.cluster.render import render
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result
from todo_ci.environments import NAMESPACE, RELEASE
from todo_ci.errors import ClusterError, InputError, PipelineError

_OWNER = "meta.helm.sh/release-name"


async def check(context: Context, images: ImageRefs, overlay: str, url: str) -> tuple[str, ...]:
    """Refuse a release that the cluster has no ground for, before helm changes anything.

    Returns:
        What of the release is in the cluster already and belongs to no release, such as components
        that were applied by hand: helm takes it over only when told to.

    Raises:
        InputError: for values the chart does not take, a missing Secret, or what belongs to
            another release.
        ClusterError: where Dapr is not installed, or the cluster cannot be asked.
    """
    objects = manifest.parse((await render(context, images, overlay, url)).stdout)
    needs, dapr = manifest.needs(objects), manifest.of_dapr(objects)
    keys, stored = await side_by_side(
        context.shell,
        kubectl.secret_keys([need.secret for need in needs]),
        kubectl.dapr_objects(),
    )
    if not keys.ok:
        raise errors.explain(keys, "reading which keys the Secrets have")
    _refuse_missing(needs, keys.stdout, context.target.environment)
    if not dapr:
        return ()
    if not stored.ok:
        raise _without_dapr(stored)
    return foreign(dapr, kubectl.parse_items(stored.stdout))


def foreign(wanted: Sequence[Object], stored: Sequence[Object]) -> tuple[str, ...]:
    """Name what the release brings, is there already, and belongs to no release.

    Raises:
        InputError: naming what belongs to another release.
    """
    mine = {_name(item) for item in wanted}
    owners = {_name(item): _owner(item) for item in stored}
    others = [f"{n} to {owner}" for n, owner in owners.items() if owner not in ("", RELEASE)]
    taken = [text for text in others if text.partition(" to ")[0] in mine]
    if taken:
        raise InputError(
            f"what {RELEASE} brings belongs to another release: {', '.join(taken)}",
            next_step="helm uninstall that release, or set dapr.components.create to false",
        )
    return tuple(sorted(name for name, owner in owners.items() if not owner and name in mine))


def _refuse_missing(needs: Sequence[Need], listed: str, environment: str) -> None:
    there = {words[0]: set(words[1:]) for line in listed.splitlines() if (words := line.split())}
    missing = [need for need in needs if need.key not in there.get(need.secret, set())]
    if not missing:
        return
    names = list(dict.fromkeys(need.secret for need in missing))
    shown = (
        f"{name} ({', '.join(need.key for need in missing if need.secret == name)})"
        for name in names
    )
    raise InputError(
        f"namespace {NAMESPACE} lacks what the release reads: Secret {', Secret '.join(shown)}",
        accepted="a Secret of that name with these keys",
        next_step="; ".join(dict.fromkeys(next_steps.secret(name, environment) for name in names)),
    )


def _without_dapr(result: Result) -> PipelineError:
    if "the server doesn't have a resource type" not in result.stderr:
        return errors.explain(result, "listing Dapr's components")
    return ClusterError(
        "the release has Dapr components, and Dapr is not installed in this cluster",
        accepted="Dapr 1.18 or newer, or dapr.enabled: false in --values",
        next_step=next_steps.DAPR,
    )


def _owner(item: Object) -> str:
    notes: Object = item["metadata"].get("annotations") or {}
    return str(notes.get(_OWNER, ""))


def _name(item: Object) -> str:
    return f"{item['kind']} {item['metadata']['name']}"
