"""Where the arguments come from that nobody typed, and where they do not."""

from pathlib import Path

import pytest

from todo_ci import cli
from todo_ci.entrypoints.cli.runner import launch

RELEASE = (Path(__file__).parents[5] / "release.toml").read_text()


@pytest.fixture(autouse=True)
def in_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "release.toml").write_text(RELEASE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*argv: str) -> int:
    return launch(cli.app, argv)


def test_defaults_come_from_the_environment_and_from_a_file(
    in_a_clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATUS_KUBECONFIG", "file:/from/the/environment")
    assert run("status", "--env", "local") == 1
    assert "/from/the/environment" in capsys.readouterr().err
    monkeypatch.delenv("HISTORY_KUBECONFIG", raising=False)
    (in_a_clone / ".env").write_text("HISTORY_KUBECONFIG=file:/from/a/file\n")
    assert run("history", "--env", "local") == 1
    monkeypatch.delenv("HISTORY_KUBECONFIG")
    assert "/from/a/file" in capsys.readouterr().err
    assert run("status", "--env", "local", "--kubeconfig", "file:/from/a/flag") == 1
    assert "/from/a/flag" in capsys.readouterr().err


def test_the_engines_spelling_of_a_default_is_read_too(
    in_a_clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("BUILD_REGISTRY_PASSWORD", "BUILD_REGISTRYPASSWORD"):
        # Set first, so that it is restored: what the file says stays in the environment.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    (in_a_clone / ".env").write_text("BUILD_REGISTRYPASSWORD=file:/from/the/file\n")
    assert run("build") == 1
    assert "/from/the/file" in capsys.readouterr().err


def test_a_variable_that_gitlab_sets_is_no_flag_of_ours(
    in_a_clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every job of GitLab has a CI_REGISTRY_PASSWORD, which is no reference; .env still counts."""
    for name in ("CI_REGISTRY", "CI_REGISTRY_PASSWORD", "CI_PLATFORM"):
        monkeypatch.setenv(name, "a-plain-value")
    assert run("ci", "--help") == 0
    _, bound, _ = cli.app.parse_args(["ci"])
    assert bound.arguments == {}
    monkeypatch.setenv("CI_REGISTRYPASSWORD", "")
    monkeypatch.delenv("CI_REGISTRYPASSWORD")
    (in_a_clone / ".env").write_text("CI_REGISTRYPASSWORD=file:/from/the/file\n")
    assert run("ci") == 1
    said = capsys.readouterr().err
    assert "/from/the/file" in said
    assert "a-plain-value" not in said
