"""Refuse a chart of which two releases cannot stand beside each other, before helm is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from todo_ci.cluster import manifest
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.render import render
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project.current import beside, project


async def check(context: Context, images: ImageRefs) -> list[Object]:
    """Render a preview, and another one beside it, and refuse what both of them would have.

    Returns:
        What the preview consists of, its hooks included.

    Raises:
        InputError: for values that the chart does not take, or naming what is in the way.
    """
    environment, _, name = context.target.environment.partition("/")
    other = target(f"{environment}/{'b' if name == 'a' else 'a'}")
    own = manifest.parse((await render(context, images, "")).stdout)
    with beside(other.preview):
        said = await render(replace(context, target=other), images, "")
    require_apart(own, manifest.parse(said.stdout), context.target.values_file)
    return own


def require_apart(one: Sequence[Object], other: Sequence[Object], values: str) -> None:
    """Refuse two releases that have an object in common, or an address.

    Args:
        one: what the one consists of.
        other: what the other does.
        values: the chart's values of the environment.

    Raises:
        InputError: naming what both have.
    """
    chart = project().release.chart
    if both := sorted({*map(_name, one)} & {*map(_name, other)}):
        raise InputError(
            f"previews would own the same objects, and helm lets one release: {', '.join(both)}",
            accepted="objects whose names begin with {{ .Release.Name }}",
            next_step=f"name them so in {chart}/templates, or switch them off in {chart}/{values}",
        )
    if both := sorted({*_addresses(one)} & {*_addresses(other)}):
        raise InputError(
            f"previews would answer at the same address: {', '.join(both)}",
            accepted="a host name or a path with the preview's name in it",
            next_step="give the chart's value for it in the table previews.values of release.toml",
        )


def _name(item: Object) -> str:
    return f"{item['kind']} {item['metadata']['name']}"


def _addresses(objects: Sequence[Object]) -> Iterator[str]:
    """List the hosts and paths that routes take; ``*`` is any host."""
    for item in objects:
        spec: Object = item.get("spec") or {}
        rules: list[Object] = spec.get("rules") or []
        if item["kind"] == "HTTPRoute":
            hosts: list[str] = spec.get("hostnames") or ["*"]
            yield from (f"{host}{path}" for host in hosts for rule in rules for path in _of(rule))
        elif item["kind"] == "Ingress":
            for rule in rules:
                ways: list[Object] = rule.get("http", {}).get("paths") or []
                yield from (f"{rule.get('host', '*')}{way.get('path', '/')}" for way in ways)


def _of(rule: Object) -> Iterator[str]:
    matches: list[Object] = rule.get("matches") or [{}]
    for match in matches:
        path: Object = match.get("path") or {}
        yield path.get("value", "/")
