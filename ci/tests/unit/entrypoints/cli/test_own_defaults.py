"""The promise: after `init` another app's deploy needs no flag either, nor its workflow."""

import inspect
import os
import re
import stat
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import pytest
from dotenv import dotenv_values

from todo_ci import cli
from todo_ci.entrypoints.cli.checkout import choose
from todo_ci.entrypoints.cli.own_defaults import ARGUMENTS
from todo_ci.entrypoints.cli.runner import launch
from todo_ci.project import current

ROOT = Path(__file__).parents[5]
GUESTBOOK = ROOT / "ci/tests/unit/fixtures/guestbook.toml"
OWN = ("--owner", "octocat")
URL = "https://guests.example.com"
STAGE = 'url = "http://stage.example.org:8080"'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """An app that is described: two environments, and a Secret with a key that is given."""
    ours = current.project()
    described = GUESTBOOK.read_text().replace(f"{STAGE}\n", "")
    (tmp_path / "release.toml").write_text(described)
    monkeypatch.chdir(tmp_path)
    with patch.dict(os.environ):
        yield tmp_path
    choose("")
    current.use(ours)


def init(*argv: str) -> int:
    return launch(cli.app, ["init", *argv])


def made(folder: Path) -> dict[str, str | None]:
    return dict(dotenv_values(folder / ".env", interpolate=False))


def test_each_verb_gets_what_it_takes_and_what_the_app_is_called(folder: Path) -> None:
    assert init(*OWN, "--url", URL) == 0
    found = made(folder)
    assert found["DEPLOY_ENV"] == "stage", "what a verb takes where none is named"
    assert found["DEPLOY_URL"] == found["VERIFY_URL"] == URL
    assert found["STATUS_KUBECONFIG"] == "file:~/.kube/guestbook-pipeline"
    assert found["DEPLOY_REGISTRY"] == found["SECRETS_REGISTRY"] == "ghcr.io/octocat"
    assert found["DEPLOY_REGISTRYPASSWORD"] == "env:GITHUB_TOKEN"
    assert found["SECRETS_KEYS"] == "file:keys.env"
    text = (folder / ".env").read_text()
    assert "#   TOKEN=…\n" in text
    assert "SALT" not in text, "what the cluster makes for itself is nobody's to give"
    assert "todo" not in text.replace("todo-ci", "")
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600


def test_no_argument_is_named_that_its_verb_has_not() -> None:
    for verb, arguments in ARGUMENTS.items():
        command = cli.app[verb.lower()].default_command
        assert command is not None
        taken = {name.upper().replace("_", "") for name in inspect.signature(command).parameters}
        assert set(arguments) <= taken, verb


def test_no_verb_of_the_example_is_left_out() -> None:
    ours = dotenv_values(ROOT / ".env.example", interpolate=False)
    assert {name.partition("_")[0] for name in ours} == set(ARGUMENTS)


def test_what_release_toml_says_is_not_said_again(folder: Path) -> None:
    own = f'[environments.stage]\n{STAGE}\nregistry = "registry.test:5000/guests"\n'
    file = folder / "release.toml"
    file.write_text(file.read_text().replace("[environments.stage]\n", own))
    assert init(*OWN) == 0
    found = made(folder)
    assert not [name for name in found if name.endswith(("_URL", "_REGISTRY"))]
    assert found["PUBLISH_REGISTRYPASSWORD"] == "env:REGISTRY_PASSWORD"


def test_it_is_for_the_environment_that_a_verb_takes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "release.toml"
    own = '[environments.stage]\nnamespace = "guests-stage"\n'
    file.write_text(file.read_text().replace("[environments.stage]\n", own))
    assert init(*OWN, "--url", URL, "--kubeconfig-path", "/etc/k") == 0
    text = (folder / ".env").read_text()
    assert "kubeconfig.sh --namespace guests-stage" in text
    assert "for prod give --env and its flags" in text
    assert made(folder)["DEPLOY_KUBECONFIG"] == "file:/etc/k"
    assert "next: todo-ci doctor --env stage" in capsys.readouterr().out


def test_github_is_told_all_that_the_workflow_to_copy_reads(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert init(*OWN, "--url", URL) == 0
    said = capsys.readouterr().out
    workflow = (ROOT / "examples/workflow.yml").read_text()
    read = set(re.findall(r"\b(?:secrets|vars)\.([A-Z_]+)", workflow))
    assert set(re.findall(r"gh (?:secret|variable) set (\w+) --env stage", said)) == read
    assert "examples/workflow.yml" in said
    assert f"--body {URL}" in said


def test_github_is_told_of_an_environment_that_it_can_reach(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "release.toml"
    own = '[environments.stage]\nurl = "http://127.0.0.1:8000"\n'
    file.write_text(file.read_text().replace("[environments.stage]\n", own))
    assert init(*OWN) == 0
    said = capsys.readouterr().out
    assert "with prod for staging" in said
    assert "gh variable set APP_URL --env prod\n" in said
    assert "gh secret set KUBECONFIG --env prod\n" in said
    assert made(folder)["DEPLOY_ENV"] == "stage"


def test_github_is_told_of_no_environment_whose_releases_are_taken_away_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = """[environments.trial]
rehearses = "prod"
namespace = "guests-trial"
values = "trial.yaml"
platforms = ["linux/amd64"]

[environments.preview]
namespace = "guests-previews"
values = "preview.yaml"
platforms = ["linux/amd64"]
previews = { url = "https://{name}.example.com", values = { host = "{name}.example.com" } }
"""
    file = folder / "release.toml"
    here = '[environments.stage]\nurl = "http://127.0.0.1:8000"\n'
    text = file.read_text().replace("[environments.stage]\n", here)
    file.write_text(text.replace("[secrets.login.keys]", f"{tried}\n[secrets.login.keys]"))
    assert init(*OWN) == 0
    assert "with prod for staging" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((*OWN,), "--url was not given"),
        (("--url", URL), "--owner was not given"),
        ((*OWN, "--url", URL, "--registry", "https://a/b"), "--registry 'https://a/b' has another"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    argv: tuple[str, ...], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(*argv) == 1
    assert said in capsys.readouterr().err
    assert not (folder / ".env").exists()


@pytest.mark.parametrize("own", [None, "FOO=bar\n", "# Ours.\nFOO=bar\n\nBAR=foo\n", ""])
def test_an_apps_own_example_is_not_taken_for_ours(own: str | None, folder: Path) -> None:
    if own is not None:
        (folder / ".env.example").write_text(own)
    assert init(*OWN, "--url", URL) == 0
    assert "FOO" not in made(folder)


def test_a_file_that_is_there_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".env").write_text("MINE=1\n")
    assert init(*OWN, "--url", URL) == 1
    assert "would be lost" in capsys.readouterr().err
    assert made(folder) == {"MINE": "1"}
