"""Look before a deploy at what the release itself needs: its rendered manifest says what."""

from collections.abc import Sequence

from todo_ci.cluster import errors, gateway, kubectl, manifest, next_steps
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.manifest import Need
from todo_ci.cluster.render import render
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result
from todo_ci.errors import ClusterError, InputError
from todo_ci.preflight import address, pulling
from todo_ci.project.current import namespace, release_name

_OWNER = "meta.helm.sh/release-name"


async def check(context: Context, images: ImageRefs, overlay: str, url: str) -> tuple[str, ...]:
    """Refuse a release that the cluster has no ground for, before helm changes anything.

    Returns:
        What of the release is in the cluster already and belongs to no release, such as components
        that were applied by hand: helm takes it over only when told to.

    Raises:
        InputError: for values the chart does not take, a missing Secret, images that no pod could
            pull, or what belongs to another release.
        ClusterError: where Dapr is not installed, https is asked for and no browser would trust
            it, or the cluster cannot be asked.
    """
    objects = manifest.parse((await render(context, images, overlay, url)).stdout)
    needs, dapr = manifest.needs(objects), manifest.of_dapr(objects)
    # A certificate that comes with the release cannot be there before it.
    https = url.startswith("https://") and not manifest.brings_certificate(objects)
    pull = manifest.pull_secrets(objects)
    keys, stored, *probed = await side_by_side(
        context.shell,
        kubectl.secret_keys([*(need.secret for need in needs), *pull]),
        kubectl.dapr_objects(),
        *([gateway.probe(url, ("/",))] if https else ()),
    )
    require_keys(needs, keys, context.target.environment)
    await pulling.require_pullable(context, images, pull, keys_of(keys))
    for each in probed:
        address.require_trusted(url, each)
    if not dapr:
        return ()
    require_dapr(stored)
    return foreign(dapr, kubectl.parse_items(stored.stdout))


def require_keys(needs: Sequence[Need], listed: Result, environment: str) -> None:
    """Refuse where a key that the release reads is missing; no value is read.

    Args:
        needs: the keys.
        listed: what ``kubectl.secret_keys`` printed.
        environment: whose command makes the Secret.

    Raises:
        InputError: naming the keys, and the commands that make their Secrets.
        ClusterError: where the keys cannot be read.
    """
    if not listed.ok:
        raise errors.explain(listed, "reading which keys the Secrets have")
    there = keys_of(listed)
    missing = [need for need in needs if need.key not in there.get(need.secret, set())]
    if missing:
        fixes = dict.fromkeys(next_steps.secret(need.secret, environment) for need in missing)
        raise InputError(
            f"keys that the release reads are missing: {', '.join(map(str, missing))}",
            accepted=f"a Secret of that name in namespace {namespace()} with that key",
            next_step="; ".join(fixes),
        )


def keys_of(listed: Result) -> dict[str, set[str]]:
    """Read the keys of each Secret that ``kubectl.secret_keys`` found."""
    return {w[0]: set(w[1:]) for line in listed.stdout.splitlines() if (w := line.split())}


def require_dapr(stored: Result) -> None:
    """Refuse where Dapr, which the release needs, is not installed.

    Args:
        stored: what ``kubectl.dapr_objects`` printed.

    Raises:
        ClusterError: where it is not, or where the cluster does not tell.
    """
    if "the server doesn't have a resource type" in stored.stderr:
        raise ClusterError(
            "the release has Dapr components, and Dapr is not installed in this cluster",
            accepted="Dapr 1.18 or newer, or dapr.enabled: false in --values",
            next_step=next_steps.DAPR,
        )
    if not stored.ok:
        raise errors.explain(stored, "listing Dapr's components")


def foreign(wanted: Sequence[Object], stored: Sequence[Object]) -> tuple[str, ...]:
    """Name what the release brings, is there already, and belongs to no release.

    Raises:
        InputError: naming what belongs to another release.
    """
    mine = {_name(item) for item in wanted}
    owners = {_name(item): _owner(item) for item in stored}
    others = [f"{n} to {owner}" for n, owner in owners.items() if owner not in ("", release_name())]
    taken = [text for text in others if text.partition(" to ")[0] in mine]
    if taken:
        raise InputError(
            f"what {release_name()} brings belongs to another release: {', '.join(taken)}",
            next_step="helm uninstall that release, or set dapr.components.create to false",
        )
    return tuple(sorted(name for name, owner in owners.items() if not owner and name in mine))


def _owner(item: Object) -> str:
    notes: Object = item["metadata"].get("annotations") or {}
    return str(notes.get(_OWNER, ""))


def _name(item: Object) -> str:
    return f"{item['kind']} {item['metadata']['name']}"
