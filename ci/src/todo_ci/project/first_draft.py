"""Write a first ``release.toml`` for a repository by what lies in it, with blanks for the rest."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast

from todo_ci.project.release_file import RESERVED

BLANK = "FILL IN:"
"""Stands in a comment behind what only a person knows."""

_DOCKERFILE = "Dockerfile"
_BASE_VALUES = "values.yaml"
_VALUES_FILE = re.compile(r"values[-.](?P<name>[a-z0-9-]+)\.ya?ml")
_FIRST = ("local", "dev", "development", "test")
_LAST = ("prod", "production", "live")
_LONGEST = 53


@dataclass(frozen=True, slots=True)
class Chart:
    """Hold what a chart says of itself.

    Args:
        folder: below the repository's root.
        name: in its Chart.yaml.
        values: its values.yaml, read.
        files: names of the files beside it.
    """

    folder: str
    name: str = ""
    values: Any = None
    files: tuple[str, ...] = ()


def image_paths(values: Any) -> list[str]:
    """List where a chart's values have a ``repository``: each is an image's place."""
    return list(_image_paths(values, ()))


def _image_paths(values: Any, path: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(values, Mapping):
        return
    table = cast(Mapping[Any, Any], values)
    if path and isinstance(table.get("repository"), str):
        yield ".".join(path)
    for key, value in table.items():
        yield from _image_paths(value, (*path, str(key)))


def blanks(text: str) -> list[str]:
    """List what a person has to fill in, as the text says it."""
    return [line.partition(BLANK)[2].strip() for line in text.splitlines() if BLANK in line]


def draft(dockerfiles: Sequence[str], charts: Sequence[Chart], folder: str) -> str:
    """Write the text of a first ``release.toml``.

    Args:
        dockerfiles: paths of the Dockerfiles, below the repository's root.
        charts: the charts that are there; the one nearest to the root is taken.
        folder: the repository's own name, where there is no chart to name the release after.
    """
    near = sorted(charts, key=lambda it: (len(PurePosixPath(it.folder).parts), it.folder))
    chart = near[0] if near else None
    release = _name(chart.name if chart and chart.name else folder)
    lines = [
        "# All that the pipeline has to know of this app: a first draft, by what lies here.",
        "# docs/your-app.md of the pipeline says what each key means, and what else there is.",
        "",
        "[release]",
        f"name = {_quoted(release)}",
        f"namespace = {_quoted(release)} # an administrator makes it before the first deploy",
        _line("chart", chart.folder if chart else "", "the folder of your Helm chart"),
        *(f"# there is a chart in {other.folder} too" for other in near[1:]),
        '# role = "cluster.yaml" # the Role of the pipeline, whose rights are then asked for',
        "",
        *_components(dockerfiles, chart, release),
        *_environments(chart),
        "# What is asked after each deploy: page (HTML), health (JSON, status ok), ok (any 200).",
        "[gateway.paths]",
        '"/" = "page"',
    ]
    return "\n".join(lines) + "\n"


def _components(dockerfiles: Sequence[str], chart: Chart | None, release: str) -> Iterator[str]:
    contexts = {_component(path): path for path in sorted(dockerfiles)} or {"app": ""}
    places = image_paths(chart.values) if chart else []
    taken = _matched(list(contexts), places)
    yield "# An image each, built from its own folder; `values` has repository and digest below it."
    for name, path in contexts.items():
        context = str(PurePosixPath(path).parent) if path else ""
        image = release if len(contexts) == 1 else _name(f"{release}-{name}")
        yield f"[components.{name}]"
        yield _line("context", context, f"the folder of the {_DOCKERFILE} of {name}")
        yield f"image = {_quoted(image)}"
        others = [place for place in places if place not in taken.values()]
        hint = f"; there are: {', '.join(others)}" if others else ""
        asked = f"where the chart's values have the image of {name}, with repository and digest"
        yield _line("values", taken.get(name, ""), f"{asked}{hint}")
        yield ""


def _component(path: str) -> str:
    """Name a component after its folder; that at the root, and what is reserved, another way."""
    name = _name(str(PurePosixPath(path).parent)) if "/" in path else "app"
    return f"{name}-app" if name in RESERVED else name


def _matched(names: Sequence[str], places: Sequence[str]) -> dict[str, str]:
    """Give each component the place that names it; a single one takes a single place."""
    if len(names) == len(places) == 1:
        return {names[0]: places[0]}
    found: dict[str, str] = {}
    for name in names:
        words = {name, name.rpartition("-")[2]}
        named = [place for place in places if words & set(place.lower().split("."))]
        if len(named) == 1 and named[0] not in found.values():
            found[name] = named[0]
    return found


def _environments(chart: Chart | None) -> Iterator[str]:
    yield "# The places it goes to, each with values of the chart. A verb that is told none takes"
    yield "# the one that comes after no other."
    before = ""
    for name, file in _values_files(chart):
        yield f"[environments.{name}]"
        yield from ([f"after = {_quoted(before)}"] if before else [])
        yield f"values = {_quoted(file)}"
        yield 'platforms = ["linux/amd64"] # "linux/arm64" as well, or alone'
        yield '# url = "https://app.example.com" # else it is given with each call: --url'
        yield '# registry = "ghcr.io/OWNER" # else ghcr.io and the owner of git\'s origin'
        yield ""
        before = name


def _values_files(chart: Chart | None) -> list[tuple[str, str]]:
    """Name the environments that have values of their own, the careless ones first."""
    files = chart.files if chart else ()
    named = {_name(m["name"]): file for file in files if (m := _VALUES_FILE.fullmatch(file))}

    def turn(item: tuple[str, str]) -> tuple[bool, bool, str]:
        return item[0] in _LAST, item[0] not in _FIRST, item[0]

    return sorted(named.items(), key=turn) or [("production", _BASE_VALUES)]


def _line(key: str, value: str, asked: str) -> str:
    return f"{key} = {_quoted(value)}" + ("" if value else f" # {BLANK} {asked}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _name(text: str) -> str:
    """Make a name of Kubernetes of a text."""
    made = re.sub(r"[^a-z0-9]+", "-", text.lower())[:_LONGEST].strip("-")
    return made or "app"
