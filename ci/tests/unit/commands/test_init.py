"""The promise: after `init` a deploy needs no flag, and nothing that was there is lost."""

import os
import re
import stat
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import pytest
from dotenv import dotenv_values

from todo_ci.cli import app
from todo_ci.commands.init import Answers, setup
from todo_ci.entrypoints.cli.runner import launch
from todo_ci.errors import InputError

ROOT = Path(__file__).parents[4]
OKE = ROOT / "infra/oke"
EXAMPLE = (ROOT / ".env.example").read_text()
OWN = Answers("octocat", "https://todo.203.0.113.7.sslip.io")
READ_REGISTRY = ("PUBLISH", "DEPLOY", "DOCTOR", "SCAN", "SECRETS")


def values(text: str, folder: Path) -> dict[str, str | None]:
    (folder / ".env").write_text(text)
    return dict(dotenv_values(folder / ".env", interpolate=False))


def test_every_default_is_ones_own(tmp_path: Path) -> None:
    made = values(setup(EXAMPLE, OWN).env, tmp_path)
    assert made["DEPLOY_ENV"] == "oke"
    assert made["DEPLOY_URL"] == OWN.url
    assert made["DEPLOY_KUBECONFIG"] == "file://~/.kube/todo-pipeline"
    assert made["SECRETS_REGISTRYUSERNAME"] == "octocat"
    example = values(EXAMPLE, tmp_path)
    # Where Kafka is, only its owner knows.
    asked = {"SECRETS_KAFKABROKERS", "SECRETS_KAFKAUSERNAME"}
    registries = {f"{verb}_REGISTRY" for verb in READ_REGISTRY}
    assert made.keys() == (example.keys() - asked) | registries
    assert {made[name] for name in registries} == {"ghcr.io/octocat"}
    text = setup(EXAMPLE, OWN).env
    assert "/home/you" not in text
    assert "=you" not in text
    assert "todo.example.com" not in text
    assert ".env.example" not in text


def test_no_secret_is_asked_for_or_written(tmp_path: Path) -> None:
    made = values(setup(EXAMPLE, OWN).env, tmp_path)
    for name, value in made.items():
        if name.endswith(("PASSWORD", "SECRET", "KUBECONFIG", "DATABASEURL")):
            assert re.match(r"(env|file):", value or ""), name


def test_a_registry_of_ones_own_reaches_every_verb_that_reads_it(tmp_path: Path) -> None:
    given = Answers("octocat", OWN.url, "fra.ocir.io/tenancy/todo", "/etc/kubeconfig")
    made = values(setup(EXAMPLE, given).env, tmp_path)
    named = [f"{verb}_REGISTRY" for verb in READ_REGISTRY]
    assert [made[name] for name in named] == ["fra.ocir.io/tenancy/todo"] * len(READ_REGISTRY)
    assert made["STATUS_KUBECONFIG"] == "file:///etc/kubeconfig"


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        (Answers("", OWN.url), "--owner"),
        (Answers("Octo Cat", OWN.url), "--owner"),
        (Answers("octocat", OWN.url, "docker.io/you"), "Docker Hub"),
        (Answers("octocat", ""), "--url"),
        (Answers("octocat", "todo.example.com"), "--url"),
        (Answers("octocat", "https://todo.example.com/app"), "--url"),
        (Answers("octocat", OWN.url, "https://fra.ocir.io/a"), "--registry"),
        (Answers("octocat", OWN.url, "fra.ocir.io"), "--registry"),
    ],
)
def test_an_answer_of_another_shape_is_named(answers: Answers, flag: str) -> None:
    with pytest.raises(InputError, match=flag) as refused:
        setup(EXAMPLE, answers)
    assert refused.value.accepted


def test_github_is_told_all_that_the_workflow_reads() -> None:
    workflow = (ROOT / ".github/workflows/deploy-oke.yml").read_text()
    read = set(re.findall(r"\b(?:secrets|vars)\.([A-Z_]+)", workflow))
    given = Answers("octocat", OWN.url, "fra.ocir.io/tenancy/todo")
    told = re.findall(r"gh (?:secret|variable) set (\w+)", "\n".join(setup(EXAMPLE, given).github))
    # What lets a job in without a stored key is told by the script that sets it up.
    keyless = re.findall(r"gh (?:secret|variable) set (\w+)", (OKE / "lib/domain.sh").read_text())
    assert set(told) | set(keyless) == read
    assert any("infra/oke/github-access.sh" in line for line in setup(EXAMPLE, given).github)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    (tmp_path / "release.toml").write_text((ROOT / "release.toml").read_text())
    (tmp_path / ".env.example").write_text(EXAMPLE)
    monkeypatch.chdir(tmp_path)
    # A call reads the .env that is there into the environment.
    with patch.dict(os.environ):
        yield tmp_path


def test_the_file_is_for_its_owner_alone_and_never_written_over(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["init", "--owner", "octocat", "--url", OWN.url]
    assert launch(app, argv) == 0
    assert "gh secret set KUBECONFIG" in capsys.readouterr().out
    assert stat.S_IMODE((clone / ".env").stat().st_mode) == 0o600
    before = (clone / ".env").read_text()
    assert launch(app, ["init", "--owner", "somebody", "--url", OWN.url]) == 1
    assert "next: mv .env .env.old" in capsys.readouterr().err
    assert (clone / ".env").read_text() == before


def test_what_nobody_can_be_asked_for_is_named(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert launch(app, ["init"]) == 1
    assert "--owner was not given" in capsys.readouterr().err
    assert not (clone / ".env").exists()
