"""The promise: `init` where no app is described yet writes a first release.toml, and once alone."""

import os
import shutil
import tomllib
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import pytest

from todo_ci import cli
from todo_ci.entrypoints.cli.checkout import choose
from todo_ci.entrypoints.cli.runner import launch
from todo_ci.project import current
from todo_ci.project.release_file import parse

GUESTBOOK = Path(__file__).parents[5] / "examples/guestbook"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """The guestbook, before anybody described it."""
    ours = current.project()
    left_out = shutil.ignore_patterns("release.toml", ".env")
    made = Path(shutil.copytree(GUESTBOOK, tmp_path / "guests", ignore=left_out))
    monkeypatch.chdir(made)
    with patch.dict(os.environ):
        yield made
    choose("")
    current.use(ours)


def init(*argv: str) -> int:
    return launch(cli.app, [*argv, "init"])


def test_what_it_finds_of_the_guestbook_is_what_stands_in_its_own_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init() == 0
    said = capsys.readouterr().out
    assert f"{folder}/release.toml is a first draft" in said
    assert "next: todo-ci chart" in said
    made = parse((folder / "release.toml").read_text())
    own = parse((GUESTBOOK / "release.toml").read_text())
    assert (made.release.name, made.release.chart) == (own.release.name, own.release.chart)
    assert made.components["web"].values == own.components["web"].values
    assert list(made.environments) == list(own.environments)


def test_it_can_be_named_from_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    assert init("--project", "guests") == 0
    assert "next: todo-ci --project guests chart" in capsys.readouterr().out
    assert (folder / "release.toml").is_file()
    assert not (folder.parent / "release.toml").exists()


def test_what_is_left_to_fill_in_is_listed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "chart")
    assert init() == 0
    said = capsys.readouterr().out
    assert "1. the folder of your Helm chart\n2. where the chart's values" in said
    assert 'until then it is refused: release.toml: release.chart is ""' in said


def test_a_file_that_is_there_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "release.toml").write_text("something of mine")
    assert init() == 1
    assert "is no TOML" in capsys.readouterr().err
    assert (folder / "release.toml").read_text() == "something of mine"


def test_a_folder_of_nothing_gets_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    for name in (".git", "node_modules/x", "a/b/c/d/e"):
        (empty / name).mkdir(parents=True)
        (empty / name / "Dockerfile").touch()
    assert init("--project", str(empty)) == 1
    said = capsys.readouterr().err
    assert "neither a Dockerfile nor a Chart.yaml" in said
    assert not (empty / "release.toml").exists()


def test_a_chart_below_charts_is_found_and_its_dependencies_are_not(folder: Path) -> None:
    home = folder / "charts/web"
    home.parent.mkdir()
    shutil.move(folder / "chart", home)
    (home / "charts/redis").mkdir(parents=True)
    (home / "charts/redis/Chart.yaml").write_text("name: redis\n")
    assert init() == 0
    text = (folder / "release.toml").read_text()
    assert parse(text).release.chart == "charts/web"
    assert "redis" not in text


def test_an_umbrella_of_charts_has_the_images_of_its_own_parts_alone(folder: Path) -> None:
    image = "image: {repository: r, digest: ''}\n"
    chart = folder / "chart"
    for part in (chart / "charts/web", chart / "charts/redis", folder / "shared/jobs"):
        part.mkdir(parents=True)
        (part / "Chart.yaml").write_text(f"name: {part.name}\n")
        (part / "values.yaml").write_text(image)
    (chart / "Chart.yaml").write_text(
        "name: shop\ndependencies:\n"
        "- {name: web}\n"
        "- {name: jobs, alias: night, repository: 'file://../shared/jobs'}\n"
        "- {name: redis, repository: 'https://charts.example.com'}\n"
        "- {name: postgresql, alias: db, repository: 'oci://charts.example.com'}\n"
    )
    (chart / "values.yaml").write_text(f"db: {{{image.strip()}}}\nweb: {{image: {{tag: '2'}}}}\n")
    (folder / "night").mkdir()
    (folder / "night/Dockerfile").touch()
    assert init() == 0
    text = (folder / "release.toml").read_text()
    assert {name: it.values for name, it in parse(text).components.items()} == {
        "night": "night.image",
        "web": "web.image",
    }


def test_the_image_of_a_database_is_not_taken_for_the_apps(folder: Path) -> None:
    (folder / "chart/Chart.yaml").write_text(
        "name: shop\ndependencies: [{name: postgresql, repository: '@bitnami'}]\n"
    )
    (folder / "chart/values.yaml").write_text("postgresql: {image: {repository: r}}\n")
    assert init() == 0
    assert "postgresql" not in (folder / "release.toml").read_text()


def test_a_library_of_templates_is_not_the_chart(folder: Path) -> None:
    (folder / "base").mkdir()
    (folder / "base/Chart.yaml").write_text("name: base\ntype: library\n")
    assert init() == 0
    text = (folder / "release.toml").read_text()
    assert parse(text).release.chart == "chart"
    assert "base" not in text


def test_dockerfiles_with_a_word_of_their_own_are_found(folder: Path) -> None:
    for name in (
        "Dockerfile.api",
        "jobs.Dockerfile",
        "web/Dockerfile.dockerignore",
        "dockerfile.py",
    ):
        (folder / name).touch()
    assert init() == 0
    described = tomllib.loads((folder / "release.toml").read_text())["components"]
    assert list(described) == ["api", "jobs", "web"]
    assert described["api"]["dockerfile"] == "Dockerfile.api"
    assert "dockerfile" not in described["web"]


def test_a_folder_that_is_not_there_gets_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--project", "nowhere") == 1
    assert "there is no folder nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("values", [b"\xff", b"since: 2024-02-30\n", b"{{- with .x }}\n"])
def test_a_chart_that_cannot_be_read_is_a_blank(
    folder: Path, capsys: pytest.CaptureFixture[str], values: bytes
) -> None:
    (folder / "chart/values.yaml").write_bytes(values)
    (folder / "chart/Chart.yaml").write_text("a: [")
    assert init() == 0
    assert "1. where the chart's values have the image of web" in capsys.readouterr().out
