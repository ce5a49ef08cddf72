"""Look before a deploy at what the release itself needs: its rendered manifest says what."""

from collections.abc import Collection, Sequence

from todo_ci.cluster import errors, gateway, kubectl, manifest, next_steps
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.manifest import Need
from todo_ci.cluster.render import render
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result
from todo_ci.errors import InputError
from todo_ci.plugins.installed import PLUGINS
from todo_ci.plugins.protocol import judged
from todo_ci.preflight import address, pulling
from todo_ci.project.current import namespace


async def check(context: Context, images: ImageRefs, overlay: str, url: str) -> tuple[str, ...]:
    """Refuse a release that the cluster has no ground for, before helm changes anything.

    Returns:
        What of the release is in the cluster already and belongs to no release, such as components
        that were applied by hand: helm takes it over only when told to.

    Raises:
        InputError: for values the chart does not take, a missing Secret, images that no pod could
            pull, or what belongs to another release.
        ClusterError: where https is asked for and no browser would trust it, where a plugin's
            ground is missing, or where the cluster cannot be asked.
    """
    objects = manifest.parse((await render(context, images, overlay, url)).stdout)
    needs = manifest.needs(objects)
    # A certificate that comes with the release cannot be there before it.
    https = url.startswith("https://") and not manifest.brings_certificate(objects)
    pull = manifest.pull_secrets(objects)
    looks = [plugin.ground(objects) for plugin in PLUGINS]
    keys, *others = await side_by_side(
        context.shell,
        kubectl.secret_keys([*(need.secret for need in needs), *pull]),
        *(step for look in looks for step in look.steps),
        *([gateway.probe(url, ("/",))] if https else ()),
    )
    require_keys(needs, keys, context.target.environment)
    await pulling.require_pullable(context, images, pull, keys_of(keys))
    if https:
        address.require_trusted(url, others[-1])
    return tuple(name for found in judged(looks, others) for name in found)


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
    missing = [it for it in needs if it.secret not in there or not _has(there[it.secret], it.key)]
    if missing:
        fixes = dict.fromkeys(next_steps.secret(need.secret, environment) for need in missing)
        raise InputError(
            f"Secrets or keys that the release reads are missing: {', '.join(map(str, missing))}",
            accepted=f"a Secret of that name in namespace {namespace()} with that key; or "
            "optional: true where the chart reads it, if something else makes it in time",
            next_step="; ".join(fixes),
        )


def _has(keys: Collection[str], key: str) -> bool:
    """Tell whether a key is there; of a Secret that is read whole, whatever it has is."""
    return not key or key in keys


def keys_of(listed: Result) -> dict[str, set[str]]:
    """Read the keys of each Secret that ``kubectl.secret_keys`` found."""
    return {w[0]: set(w[1:]) for line in listed.stdout.splitlines() if (w := line.split())}
