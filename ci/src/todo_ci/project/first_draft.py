"""Write a first ``release.toml`` for a repository by what lies in it, with blanks for the rest."""

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast

from todo_ci.project.rules.names import PROGRAMS, RESERVED

BLANK = "FILL IN:"
"""Stands in a comment behind what only a person knows."""

_DOCKERFILE = "Dockerfile"
_BASE_VALUES = "values.yaml"
_VALUES_FILE = re.compile(r"values[-.](?P<name>[a-z0-9-]+)\.ya?ml")
_FIRST = ("local", "dev", "development", "test")
_LAST = ("prod", "production", "live")
_LONGEST = 53
_UNREAD = "digest, which the chart has to read before the tag: docs/your-app.md shows the line"


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


def image_tables(values: Any) -> dict[str, Mapping[Any, Any]]:
    """Find the tables of a chart's values that have a ``repository``: each is an image's place."""
    return dict(_image_tables(values, ()))


def _image_tables(values: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    if not isinstance(values, Mapping):
        return
    table = cast(Mapping[Any, Any], values)
    if path and isinstance(table.get("repository"), str):
        yield ".".join(path), table
    for key, value in table.items():
        yield from _image_tables(value, (*path, str(key)))


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
    found = _named(dockerfiles) or {"app": ""}
    places = image_tables(chart.values) if chart else {}
    taken = _matched(list(found), list(places))
    images: list[str] = []
    yield "# An image each, built from its own folder; `values` has repository and digest below it."
    for name, path in found.items():
        context = str(PurePosixPath(path).parent) if path else ""
        file = PurePosixPath(path).name
        images.append(release if len(found) == 1 else _distinct(_name(f"{release}-{name}"), images))
        yield f"[components.{name}]"
        yield _line("context", context, f"the folder of the {_DOCKERFILE} of {name}")
        yield from ([f"dockerfile = {_quoted(file)}"] if file not in ("", _DOCKERFILE) else [])
        yield f"image = {_quoted(images[-1])}"
        others = [place for place in places if place not in taken.values()]
        hint = f"; there are: {', '.join(others)}" if others else ""
        asked = f"where the chart's values have the image of {name}, with repository and digest"
        place = taken.get(name, "")
        table = places.get(place, {})
        unread = f" # {BLANK} {place}.{_UNREAD}" if "tag" in table and "digest" not in table else ""
        yield _line("values", place, f"{asked}{hint}") + unread
        yield ""


def _named(dockerfiles: Sequence[str]) -> dict[str, str]:
    """Give each Dockerfile a component's name of its own."""
    named: dict[str, str] = {}
    for path in sorted(dockerfiles):
        named[_distinct(_component(path), named)] = path
    return named


def _component(path: str) -> str:
    """Name a component after its folder, and what its Dockerfile's name has beside the word."""
    folder, file = str(PurePosixPath(path).parent), PurePosixPath(path).name
    word = re.sub(r"^Dockerfile\.?|\.[Dd]ockerfile$", "", file)
    name = _name(f"{folder} {word}") if word or folder != "." else "app"
    return f"{name}-app" if name in (*RESERVED, PROGRAMS) else name


def _distinct(name: str, taken: Container[str]) -> str:
    """Number a name where another has it already."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: _LONGEST - 1 - len(str(number))]}-{number}"
    return free


def _matched(names: Sequence[str], places: Sequence[str]) -> dict[str, str]:
    """Give each component the place that names it; a single one takes a single place.

    The whole name first, then the end of it: to admin-web belongs adminWeb, and web only where
    nothing else is called so. A place that two could mean is nobody's.
    """
    if len(names) == len(places) == 1:
        return {names[0]: places[0]}
    words = {place: {_plain(key) for key in place.split(".")} for place in places}
    found: dict[str, str] = {}
    for dropped in range(max((name.count("-") for name in names), default=0) + 1):
        meant: dict[str, list[str]] = {}
        for name in names:
            end = _plain("-".join(name.split("-")[dropped:]))
            named = [place for place in places if end in words[place]]
            if name not in found and len(named) == 1 and named[0] not in found.values():
                meant.setdefault(named[0], []).append(name)
        found |= {those[0]: place for place, those in meant.items() if len(those) == 1}
    return found


def _plain(name: str) -> str:
    """Write a name as all spellings of it are: user-api, user_api and userApi."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


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
