"""The promise: --project is another app's tree, from any folder, and nothing of ours stands in."""

import os
import subprocess
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import pytest

from todo_ci import cli
from todo_ci.entrypoints.cli.checkout import Checkout, choose, take_defaults
from todo_ci.entrypoints.cli.runner import launch
from todo_ci.errors import InputError
from todo_ci.project import current

ROOT = Path(__file__).parents[5]
GUESTBOOK = ROOT / "examples/guestbook"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """Call from a folder that is in no app's tree, and leave this process as it was."""
    ours = current.project()
    monkeypatch.chdir(tmp_path)
    with patch.dict(os.environ):
        for name in [it for it in os.environ if it.startswith(("STATUS_", "TODO_CI_"))]:
            del os.environ[name]
        yield tmp_path
    choose("")
    current.use(ours)


def run(*argv: str) -> int:
    return launch(cli.app, argv)


def error(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert run(*argv) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


@pytest.fixture
def theirs(elsewhere: Path) -> Path:
    """A tree with a release.toml, below the folder that is called from."""
    folder = elsewhere / "their app"
    folder.mkdir()
    (folder / "release.toml").write_text((GUESTBOOK / "release.toml").read_text())
    return folder


def test_their_own_env_may_be_in_any_encoding(
    theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = "OWNER=Müller\nSTATUS_ENV=production\n".encode("latin-1")
    (theirs / ".env").write_bytes(written)
    assert "no kubeconfig was given" in error(capsys, "--project", theirs.name, "status")
    assert os.environ["STATUS_ENV"] == "production"


def test_a_folder_of_that_name_holds_no_defaults(
    theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (theirs / ".env").mkdir()
    said = error(capsys, "--project", theirs.name, "status", "--env", "local")
    assert "no kubeconfig was given" in said


@pytest.mark.parametrize("argv", [["status", "--project"], ["--project"]])
def test_it_is_named_before_the_verb_or_behind_it(
    argv: list[str], theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verb = [] if argv[0] == "status" else ["status"]
    said = error(capsys, *argv, theirs.name, *verb, "--env", "oke")
    assert "accepted: one of: local, production\n" in said
    # The next command is for the same app, as it can be typed.
    assert "next: todo-ci --project 'their app' status --env" in said


def test_its_variable_names_it_and_the_flag_goes_first(
    theirs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODO_CI_PROJECT", str(theirs))
    assert "one of: local, production" in error(capsys, "status", "--env", "moon")
    assert "one of: local, oke" in error(capsys, "--project", str(ROOT), "status", "--env", "moon")


def test_anybodys_variable_does_not(
    theirs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("PROJECT", "STATUS_PROJECT"):
        monkeypatch.setenv(name, str(theirs))
    monkeypatch.setenv("FORMAT", "no such format")
    assert "not inside a clone" in error(capsys, "status", "--env", "local")


def test_its_help_names_its_environments(theirs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--project", str(theirs), "status", "--help") == 0
    assert "Environments of release.toml: local, production." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("folder", "problem"),
    [
        ("nowhere", "there is no folder nowhere"),
        ("their app/release.toml", "there is no folder their app/release.toml"),
        # One above it does not stand in: that would be another app.
        ("their app/web", "there is no release.toml in their app/web"),
    ],
)
def test_a_folder_that_is_none_of_an_app_is_refused(
    folder: str, problem: str, theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (theirs / "web").mkdir()
    said = error(capsys, "--project", folder, "status", "--env", "local")
    assert f"--project: {problem}" in said
    assert "accepted: the folder of a release.toml\nnext: " in said


def test_without_a_tree_the_flag_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--project DIR" in error(capsys, "status", "--env", "local")


def test_its_defaults_are_its_own_and_their_files_are_below_it(
    theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (theirs / ".env").write_text("STATUS_KUBECONFIG=file:access/kubeconfig\n")
    said = error(capsys, "--project", theirs.name, "status", "--env", "local")
    assert f"cannot read {theirs}/access/kubeconfig" in said


def test_only_a_relative_file_is_looked_for_below_the_tree(tmp_path: Path) -> None:
    given = {
        "A": "file:one", "B": "file://two/three", "C": "file:/four", "D": "file:~/five",
        "E": "env:SIX", "F": "file:", "G": "seven", "H": "file:///eight",
    }  # fmt: skip
    (tmp_path / ".env").write_text("".join(f"{name}={it}\n" for name, it in given.items()))
    with patch.dict(os.environ, {"G": "from the environment"}, clear=True):
        take_defaults(tmp_path)
        assert dict(os.environ) == given | {
            "A": f"file:{tmp_path}/one",
            "B": f"file:{tmp_path}/two/three",
            "G": "from the environment",
        }


def test_its_commit_is_the_repositorys_and_what_lies_beside_it_does_not_count(
    theirs: Path, elsewhere: Path
) -> None:
    def git(*argv: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        argv = ("git", "-C", str(elsewhere), *identity, *argv)
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    git("init")
    git("remote", "add", "origin", "https://github.com/Somebody/things.git")
    git("add", ".")
    git("commit", "-m", "one")
    (elsewhere / "beside").write_text("half done")
    choose(str(theirs))
    checkout = Checkout.here()
    assert checkout.root == theirs
    assert (checkout.tree.commit, checkout.tree.dirty) == (git("rev-parse", "HEAD"), False)
    assert checkout.registry("production", "") == "ghcr.io/somebody"
    (theirs / "chart").mkdir()
    (theirs / "chart/new").write_text("not committed")
    assert Checkout.here().tree.dirty


def test_a_call_that_names_none_is_not_about_the_one_before(
    theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error(capsys, "--project", theirs.name, "status", "--env", "local")
    choose("")
    with pytest.raises(InputError, match="not inside a clone"):
        Checkout.here()
