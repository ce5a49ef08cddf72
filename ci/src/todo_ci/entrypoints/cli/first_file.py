"""Look at a folder that has no ``release.toml`` yet, and write a first one there."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from todo_ci.errors import InputError
from todo_ci.project.first_draft import Chart, blanks, draft
from todo_ci.project.release_file import FILE, parse
from todo_ci.reports.render import Block, Headline, NumberedList, Renderable, Text

# Deeper lie dependencies and fixtures.
_DEEPEST = 4
_FOREIGN = ("node_modules", "vendor", "venv")
_CHART, _VALUES, _DEPENDENCIES = "Chart.yaml", "values.yaml", "charts"
# Begins the place of a part of a chart that is kept in the same repository.
_BESIDE = "file://"
Table = dict[Any, Any]
# What BuildKit leaves out of a build has the name of its Dockerfile before its own.
_DOCKERFILE = re.compile(r"(?!.*\.dockerignore$)(Dockerfile(\..+)?|.+\.[Dd]ockerfile)")
_CHECKED = (
    "next: todo-ci chart, then the namespace, and the rights in it, that docs/your-app.md shows"
)


@dataclass(frozen=True, slots=True)
class FirstFile(Renderable):
    """Hold the file that was written, and what is left to fill in.

    Args:
        path: of the file.
        left: what only a person knows, one line each.
        refusal: what the pipeline says of it as it is; empty where it can be used.
    """

    path: str
    left: tuple[str, ...]
    refusal: str = ""

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(f"{self.path} is a first draft; read it, it was written by what was found")
        if self.left:
            yield Text("to be filled in:")
            yield NumberedList(self.left)
        yield Text(f"until then it is refused: {self.refusal}" if self.refusal else _CHECKED)


def write(folder: Path) -> FirstFile:
    """Write a first ``release.toml`` into a folder.

    Raises:
        InputError: when nothing of an app lies in it.
    """
    files = list(_files(folder))
    dockerfiles = [_below(folder, it) for it in files if _DOCKERFILE.fullmatch(it.name)]
    charts = [_chart(folder, it.parent) for it in files if it.name == _CHART and _installs(it)]
    if not dockerfiles and not charts:
        raise InputError(
            f"there is no {FILE} for {folder}, and neither a Dockerfile nor a Chart.yaml in it to "
            "write one by",
            accepted="the folder of an app: with a Dockerfile for each image, and a Helm chart",
            next_step="cd to it, or name it with --project; then todo-ci init again",
        )
    text = draft(dockerfiles, charts, folder.name)
    path = folder / FILE
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error}", next_step=f"check {folder}") from None
    return FirstFile(str(path), tuple(blanks(text)), _refusal(text))


def _refusal(text: str) -> str:
    try:
        parse(text)
    except InputError as error:
        return error.problem
    return ""


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        foreign = (*_FOREIGN, _DEPENDENCIES) if _CHART in names else _FOREIGN
        kept = (it for it in folders if not it.startswith(".") and it not in foreign)
        folders[:] = sorted(kept) if depth < _DEEPEST else []
        yield from (Path(place) / name for name in sorted(names))


def _below(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _installs(file: Path) -> bool:
    """Tell a chart that is released from a library, which others are made of."""
    return _table(_yaml(file)).get("type") != "library"


def _chart(folder: Path, chart: Path) -> Chart:
    about = _table(_yaml(chart / _CHART))
    return Chart(
        _below(folder, chart),
        str(about.get("name", "")),
        _values(chart, about),
        tuple(sorted(it.name for it in chart.iterdir() if it.is_file())),
    )


def _values(chart: Path, about: Table) -> Table:
    """Read what a chart's values are, with those of its own parts below the name of each.

    A part that comes from a repository of charts, such as a database, runs nobody's Dockerfile.
    """
    values = _table(_yaml(chart / _VALUES))
    parts = {it.parent.name: it.parent for it in chart.glob(f"{_DEPENDENCIES}/*/{_CHART}")}
    listed = about.get("dependencies")
    for part in map(_table, cast(list[Any], listed) if isinstance(listed, list) else ()):
        called, kept = str(part.get("name", "")), str(part.get("repository") or "")
        there = parts.pop(called, chart / _DEPENDENCIES / called)
        if kept.startswith(_BESIDE):
            there = chart / kept.removeprefix(_BESIDE)
        name = str(part.get("alias") or called)
        if kept and not kept.startswith(_BESIDE):
            values.pop(name, None)
        else:
            parts[name] = there
    for name, place in parts.items():
        values[name] = _over(_table(_yaml(place / _VALUES)), _table(values.get(name)))
    return values


def _over(base: Table, further: Table) -> Table:
    """Lay values over others, as helm does."""
    both = {key: _over(_table(base[key]), _table(further[key])) for key in base.keys() & further
            if isinstance(base[key], dict) and isinstance(further[key], dict)}  # fmt: skip
    return {**base, **further, **both}


def _table(value: Any) -> Table:
    return dict(cast(Table, value)) if isinstance(value, dict) else {}


def _yaml(path: Path) -> Any:
    """Read what can be read: a draft is made of what is there."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    # What looks like a day and is none is a ValueError, as text that is no UTF-8 is.
    except (OSError, ValueError, yaml.YAMLError):
        return None
