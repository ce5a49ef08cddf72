"""Look at what a release stands on, before one is tried: each line a check and its fix."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from todo_ci.cluster import errors, helm, kubectl, manifest, render
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.manifest import Need
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result
from todo_ci.core.secret_names import REGISTRY_PASSWORD
from todo_ci.errors import PipelineError
from todo_ci.plugins.installed import PLUGINS
from todo_ci.plugins.protocol import judged
from todo_ci.preflight import access, judgements, pulling, requirements
from todo_ci.preflight import registry as registries
from todo_ci.preflight.access import rights
from todo_ci.project.current import project
from todo_ci.release import history
from todo_ci.reports.report import Check, CheckStatus, Report

_OF_PLUGINS = tuple(name for plugin in PLUGINS for name in plugin.doctor_names)
_OF_CLUSTER = ("rights", "registry", "platforms", "secrets", *_OF_PLUGINS, "quota")
_UNRELEASED = f"registry.invalid/none@sha256:{'0' * 64}"


async def doctor(context: Context, *, registry: str, username: str) -> Report:
    """Look at kubeconfig, rights, registry, platforms, Secrets, plugins and quota; change nothing.

    Args:
        context: the ports and the target.
        registry: ``host[:port][/path]`` of the images.
        username: of the registry; empty asks without a login.

    Raises:
        InputError: without a kubeconfig, or where a password is missing beside its user.
        ClusterError: when the release cannot be read.
    """
    context.need("kubeconfig", *((REGISTRY_PASSWORD,) if username else ()))
    title = f"doctor for {context.target.environment}"
    seen, now = await access.look(context), datetime.now(UTC)
    first = judgements.kubeconfig(seen, now, in_container=context.steps_outlive)
    if first.status is CheckStatus.FAILED:
        why = "not looked at, as the kubeconfig cannot be used"
        return Report(title, (first, *(Check.skipped(name, why) for name in _OF_CLUSTER)))
    granted = judgements.rights(await context.shell.run(rights()))
    serving = await _serving(context)
    host = registry.partition("/")[0]
    asked = list(serving.components.values()) if serving else []
    in_registry = await context.shell.run(registries.ask(context.target, host, username, asked))
    return Report(
        title,
        (
            first,
            granted,
            judgements.registry(in_registry, host)
            if host
            else Check.failed("registry", "no registry is known", "add --registry HOST/OWNER"),
            *await _cluster(context, serving, in_registry),
        ),
    )


async def _cluster(
    context: Context, serving: ImageRefs | None, in_registry: Result
) -> Sequence[Check]:
    target = context.target
    try:
        images = serving or ImageRefs(dict.fromkeys(project().components, _UNRELEASED))
        objects = manifest.parse((await render.render(context, images, "")).stdout)
    except PipelineError as error:
        return (Check.of_error("chart", error),)
    needs, pull = manifest.needs(objects), manifest.pull_secrets(objects)
    looks = [plugin.doctor(objects) for plugin in PLUGINS]
    nodes, keys, quotas, *others = await side_by_side(
        context.shell,
        kubectl.get_all("nodes"),
        kubectl.secret_keys([*(need.secret for need in needs), *pull]),
        kubectl.get_all("resourcequotas"),
        *(step for look in looks for step in look.steps),
    )
    return (
        judgements.platforms(in_registry, nodes, target),
        await _secrets(context, needs, pull, keys, serving),
        *(check for found in judged(looks, others) for check in found),
        judgements.quota(quotas, objects),
    )


async def _serving(context: Context) -> ImageRefs | None:
    latest = (await history.load(context)).latest
    if latest is None:
        return None
    result = await context.shell.run(kubectl.step(helm.values(latest.number)))
    if not result.ok:
        raise errors.explain(result, "reading the release's values")
    return helm.parse_images(result.stdout)


async def _secrets(
    context: Context,
    needs: Sequence[Need],
    pull: Sequence[str],
    keys: Result,
    serving: ImageRefs | None,
) -> Check:
    """Judge the keys that the release reads, and whether pods can pull what serves."""
    found = judgements.secrets(needs, keys, context.target.environment)
    if found.status is not CheckStatus.PASSED:
        return found
    there = requirements.keys_of(keys)
    if serving is None:
        lacking = [name for name in pull if name not in there]
        without = f"; without {', '.join(lacking)} public images alone" if lacking else ""
        return replace(found, evidence=f"{found.evidence}{without}")
    try:
        await pulling.require_pullable(context, serving, pull, there)
    except PipelineError as error:
        return Check.of_error("secrets", error, keys.seconds)
    return found
