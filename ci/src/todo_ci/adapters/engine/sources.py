"""What a call works on: the folders of an app, as its ``release.toml`` names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import dagger

from todo_ci.core.steps import gather
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.model import Project
from todo_ci.project.release_file import FILE, parse

# What entrypoints/dagger/arguments.py has by default.
COMPONENTS = {"backend": "backend", "frontend": "frontend"}
_NONE = "THIS-REPOSITORY"
CHART, FOLDERS = "infra/helm/todo-app", ("ci", "infra", ".ci", ".github", "docs", "do")
FILES = frozenset({"do"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Hold the directories that steps work on, each no larger than it must be.

    Args:
        components: by name.
        chart: the Helm chart.
        top: the repository, with what lies in it beside those.
        files: of what lies there, what is no directory.
    """

    components: Mapping[str, dagger.Directory]
    chart: dagger.Directory
    top: dagger.Directory
    files: frozenset[str] = frozenset()

    def inputs(self) -> dict[str, dagger.Directory | dagger.File]:
        """Name them as the steps do."""
        described = current.project()
        role, sigstore = described.release.role, described.sigstore
        return {
            **self.components,
            "chart": self.chart,
            **({"role": self.top.file(role)} if role else {}),
            **({"sigstore": self.top.directory(sigstore)} if sigstore else {}),
            **{name: self._beside(name) for name in described.folders},
        }

    def _beside(self, name: str) -> dagger.Directory | dagger.File:
        return self.top.file(name) if name in self.files else self.top.directory(name)


async def is_given(source: dagger.Directory) -> bool:
    """Tell whether the module was given another repository, and not its argument's default."""
    return _NONE not in await source.entries()


async def open_own_project(file: dagger.File) -> None:
    """Let this call be about the app whose folders the module's constructor takes.

    Raises:
        InputError: for a ``release.toml`` that does not say what it should, or names others.
    """
    _require_own_folders(await _open(file))


async def open_project_in(source: dagger.Directory, folder: str) -> Sources:
    """Let this call be about an app of another repository.

    Args:
        source: the repository.
        folder: where its ``release.toml`` is, below it.

    Raises:
        InputError: where there is none, or it names a folder that is not there.
    """
    top = source if folder in ("", ".") else source.directory(folder)
    try:
        there = await top.entries()
    except dagger.QueryError:
        there = []
    if FILE not in there:
        raise InputError(
            f"--source has no {FILE} in {folder or '.'!r}",
            accepted="the folder of a repository that has one, or --project with where it is",
            next_step="write one: docs/your-app.md of the pipeline says how, and what it means",
        )
    described = await _open(top.file(FILE))
    await _require_there(top, described)
    components = {name: top.directory(it.context) for name, it in described.components.items()}
    files = frozenset(name for name in there if not name.endswith("/"))
    return Sources(components, top.directory(described.release.chart), top, files)


async def _require_there(top: dagger.Directory, described: Project) -> None:
    """Refuse a path of the file that leads nowhere: no step could say which key it was."""
    paths = {
        "release.chart": described.release.chart,
        "release.role": described.release.role,
        "signing.sigstore": described.sigstore,
        **{
            f"components.{name}.{key}": path
            for name, it in described.components.items()
            for key, path in (
                ("context", it.context),
                ("dockerfile", f"{it.context}/{it.dockerfile}"),
                (
                    "toolbox.lock",
                    it.toolbox and it.toolbox.lock and f"{it.context}/{it.toolbox.lock}",
                ),
            )
        },
    }
    paths |= {f"repository.folders: {name}": name for name in described.folders}
    if described.repository:
        paths["repository.toolbox.lock"] = described.repository.toolbox.lock
    named = {place: path for place, path in paths.items() if path}
    found = await gather({place: partial(top.exists, path) for place, path in named.items()})
    for place, path in named.items():
        if not found[place]:
            raise InputError(
                f"{FILE}: {place} names {path!r}, and --source has none",
                accepted="a path below the folder of that file",
                next_step=f"correct {FILE}, or give --source a whole clone",
            )


async def _open(file: dagger.File) -> Project:
    described = parse(await file.contents())
    current.use(described)
    return described


def _require_own_folders(described: Project) -> None:
    """Refuse an app whose folders are not those that the module's constructor takes."""
    named = {name: component.context for name, component in described.components.items()}
    release = described.release
    tops = {it.partition("/")[0] for it in (release.role, described.sigstore) if it}
    elsewhere = {*described.folders, *tops} - {*FOLDERS}
    if (named, release.chart) != (COMPONENTS, CHART) or elsewhere:
        raise InputError(
            f"{FILE} names the components {named}, the chart {release.chart!r}, the role "
            f"{release.role!r} and {', '.join(sorted(elsewhere)) or 'no other folder'}, and a call "
            "without --source takes others from the repository",
            accepted=f"{COMPONENTS}, {CHART!r} and what lies in {', '.join(FOLDERS)}",
            next_step="dagger call --source . deploy, which takes the folders of any release.toml",
        )
