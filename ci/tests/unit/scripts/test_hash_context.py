"""The promise: what a build may read has a digest of its own, and what it does not see has none."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from todo_ci.scripts import hash_context


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "app"
    (made / "lib").mkdir(parents=True)
    (made / "lib/a.txt").write_text("words")
    (made / "link").symlink_to("lib/a.txt")
    (made / "lib/a.txt").chmod(0o644)
    (made / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (made / ".dockerignore").write_text("*\n!lib\n!link\n**/*.pyc\n")
    (made / "README.md").write_text("no build sees it")
    (made / "venv").mkdir()
    return made


@pytest.fixture
def digest(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    def printed() -> str:
        monkeypatch.setattr(sys, "argv", ["hash_context.py", str(folder), "Dockerfile"])
        assert hash_context.main() == 0
        return capsys.readouterr().out.strip()

    return printed


@pytest.mark.parametrize(
    "command",
    [
        "echo other words >README.md",
        "echo left out >venv/huge",
        "echo compiled >lib/a.pyc",
        "touch -d 2001-01-01 lib/a.txt",
        "mkfifo venv/pipe",
    ],
)
def test_what_the_build_does_not_see_changes_nothing(
    folder: Path, digest: Callable[[], str], command: str
) -> None:
    before = digest()
    assert len(before) == 64
    change(folder, command)
    assert digest() == before


@pytest.mark.parametrize(
    "command",
    [
        "echo other words >lib/a.txt",
        "chmod 755 lib/a.txt",
        "mv lib/a.txt lib/b.txt",
        "touch lib/new.txt",
        "mkdir lib/empty",
        "chmod 700 lib",
        "rm link",
        "ln -sfn lib link",
        "rm .dockerignore",
        "touch Dockerfile.dockerignore",
        "echo lib >.containerignore",
    ],
)
def test_what_the_build_may_read_changes_it(
    folder: Path, digest: Callable[[], str], command: str
) -> None:
    before = digest()
    change(folder, command)
    assert digest() != before


def change(folder: Path, command: str) -> None:
    subprocess.run(["sh", "-ec", command], cwd=folder, check=True)


def test_a_file_and_a_folder_that_share_their_beginning_are_told_apart(
    folder: Path, digest: Callable[[], str]
) -> None:
    (folder / "lib/a.txt").write_text("")
    before = digest()
    (folder / "lib/a.txt").unlink()
    (folder / "lib/a.txt").mkdir(mode=0o644)
    assert digest() != before


def test_around_what_is_taken_back_there_is_a_folder(
    folder: Path, digest: Callable[[], str]
) -> None:
    (folder / ".dockerignore").write_text("*\n!venv/deep/kept\n")
    before = digest()
    (folder / "venv/deep").mkdir()
    (folder / "venv/deep/other").touch()
    assert digest() == before
    (folder / "venv/deep/kept").touch()
    assert digest() != before
