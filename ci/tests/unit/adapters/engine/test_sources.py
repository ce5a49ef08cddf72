"""What a call works on: this repository's folders, or those of another app, by its release.toml."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

import dagger
import pytest

from todo_ci.adapters.engine import sources
from todo_ci.adapters.engine.clone import folder_of
from todo_ci.adapters.engine.sources import Sources, is_given, open_own_project, open_project_in
from todo_ci.entrypoints.dagger import arguments
from todo_ci.errors import InputError
from todo_ci.project import current

ROOT = Path(__file__).parents[5]
GUESTBOOK = Path(__file__).parents[2] / "fixtures/guestbook.toml"


@dataclass
class File:
    """A file as an engine holds it."""

    text: str

    async def contents(self) -> str:
        return self.text


@dataclass
class Directory:
    """A directory as an engine holds it: a path that is not looked at before it is asked for."""

    files: dict[str, str] = field(default_factory=dict[str, str])
    path: str = ""

    def directory(self, path: str) -> "Directory":
        return Directory(self.files, f"{self.path}{path}/")

    def file(self, path: str) -> File:
        return File(self.files[self.path + path])

    async def exists(self, path: str) -> bool:
        whole = f"{self.path}{path}"
        return any(name == whole or name.startswith(f"{whole}/") for name in self.files)

    async def entries(self) -> list[str]:
        below = [name.removeprefix(self.path) for name in self.files if name.startswith(self.path)]
        return sorted(
            {first + slash for first, slash, _ in (name.partition("/") for name in below)}
        )


async def opened(text: str) -> None:
    await open_own_project(cast("dagger.File", File(text)))


def clone(text: str, below: str = "", *further: str) -> dict[str, str]:
    """Give a clone the files that a guestbook has."""
    files = ("web/Dockerfile", "chart/Chart.yaml", *further)
    return {f"{below}release.toml": text, **{f"{below}{name}": "" for name in files}}


async def opened_in(files: dict[str, str], folder: str = "") -> Sources:
    return await open_project_in(cast("dagger.Directory", Directory(files)), folder)


@pytest.mark.anyio
async def test_this_repositorys_own_app_is_opened() -> None:
    await opened((ROOT / "release.toml").read_text())
    assert current.release_name() == "todo-app"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('context = "frontend"', 'context = "web"'),
        ("components.frontend", "components.web"),
        ('chart = "infra/helm/todo-app"', 'chart = "chart"'),
        ('role = "infra/oke/pipeline-rbac.yaml"', 'role = "rbac.yaml"'),
        ('folders = ["ci", ', 'folders = ["tools", "ci", '),
    ],
)
async def test_folders_that_the_module_would_not_take_are_refused(old: str, new: str) -> None:
    text = (ROOT / "release.toml").read_text()
    assert old in text
    with pytest.raises(InputError, match="without --source takes others"):
        await opened(text.replace(old, new))


@pytest.mark.anyio
async def test_another_app_is_shown_the_way_that_takes_it() -> None:
    with pytest.raises(InputError) as refused:
        await opened(GUESTBOOK.read_text())
    assert "dagger call --source . deploy" in refused.value.next_step


def default_path(argument: Any) -> str:
    (path,) = [it.from_context for it in get_args(argument) if hasattr(it, "from_context")]
    return path.lstrip("/")


def test_what_is_compared_is_what_the_constructor_takes() -> None:
    taken = {"backend": arguments.Backend, "frontend": arguments.Frontend}
    assert {name: default_path(it) for name, it in taken.items()} == sources.COMPONENTS
    assert default_path(arguments.Chart) == sources.CHART


@pytest.mark.anyio
@pytest.mark.usefixtures("guestbook")
@pytest.mark.parametrize("folder", ["", ".", "apps/book"])
async def test_another_app_is_worked_on_where_its_own_file_says(folder: str) -> None:
    below = "" if folder in ("", ".") else f"{folder}/"
    found = await opened_in(clone(GUESTBOOK.read_text(), below), folder)
    assert current.release_name() == "guestbook"
    paths = {name: cast("Directory", it).path for name, it in found.components.items()}
    assert paths == {"web": f"{below}web/"}
    assert cast("Directory", found.chart).path == f"{below}chart/"


REPOSITORY = (
    '\n[repository]\nfolders = ["tools", "do"]\n'
    '[repository.toolbox]\nlanguage = "python"\nlock = "tools/a.lock"\n'
)


@pytest.mark.anyio
@pytest.mark.usefixtures("guestbook")
async def test_its_own_folders_are_handed_on_as_what_they_are() -> None:
    text = GUESTBOOK.read_text() + REPOSITORY
    inputs = (await opened_in(clone(text, "", "tools/a.lock", "do"))).inputs()
    assert sorted(inputs) == ["chart", "do", "tools", "web"]
    # A step finds the content of a folder under its name, not the folder below it once more.
    assert cast("Directory", inputs["tools"]).path == "tools/"
    assert isinstance(inputs["do"], File)


def test_of_this_repositorys_folders_each_is_what_the_module_takes_it_for() -> None:
    folders = current.project().repository
    assert folders
    assert {name for name in folders.folders if (ROOT / name).is_file()} == sources.FILES


@pytest.mark.anyio
@pytest.mark.usefixtures("guestbook")
@pytest.mark.parametrize(
    ("gone", "place"),
    [
        ("web/Dockerfile", "components.web.context names 'web'"),
        ("chart/Chart.yaml", "release.chart names 'chart'"),
        ("tools/a.lock", "repository.folders: tools names 'tools'"),
        ("do", "repository.folders: do names 'do'"),
    ],
)
async def test_a_path_that_leads_nowhere_is_named_by_its_key(gone: str, place: str) -> None:
    files = clone(GUESTBOOK.read_text() + REPOSITORY, "", "tools/a.lock", "do")
    del files[gone]
    with pytest.raises(InputError) as refused:
        await opened_in(files)
    assert place in refused.value.problem


@pytest.mark.anyio
@pytest.mark.parametrize("folder", ["", "apps/book"])
async def test_a_folder_without_a_release_file_is_named(folder: str) -> None:
    with pytest.raises(InputError) as refused:
        await opened_in({"apps/other/release.toml": ""}, folder)
    assert f"no release.toml in {folder or '.'!r}" in refused.value.problem
    assert "--project" in refused.value.accepted


@pytest.mark.anyio
async def test_the_default_of_source_stands_for_none_and_nothing_else_does() -> None:
    (path,) = (ROOT / default_path(arguments.Source)).iterdir()
    assert not await is_given(cast("dagger.Directory", Directory({path.name: ""})))
    # A repository that lacks its release.toml is refused: this one's app is not released for it.
    assert await is_given(cast("dagger.Directory", Directory({"README.md": ""})))


@pytest.mark.anyio
async def test_a_folder_that_is_no_clone_has_no_commit() -> None:
    clone = cast("dagger.Directory", Directory({".git/config": "", "release.toml": ""}))
    assert cast("Directory", await folder_of(clone)).path == ".git/"
    with pytest.raises(InputError, match=r"no folder \.git"):
        await folder_of(cast("dagger.Directory", Directory({"release.toml": ""})))
