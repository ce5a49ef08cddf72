"""The command: its verbs, their flags, and what is refused before anything runs."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from todo_ci import cli
from todo_ci.entrypoints.cli.runner import launch
from todo_ci.environments import names

VERBS: dict[str, Callable[..., Any]] = {
    name: verb
    for name in cli.app
    if not name.startswith("-") and (verb := cli.app[name].default_command)
}
# A word the engine's own command has as a flag would clash, now or with its next version.
TAKEN = {
    "output", "json", "progress", "mod", "workdir", "lock", "debug", "quiet", "silent", "verbose",
    "interactive", "cloud", "help", "version", "workspace",
}  # fmt: skip
OF_ONE_ENVIRONMENT = {
    "deploy",
    "verify",
    "rehearse",
    "preview",
    "unpreview",
    "rollback",
    "status",
    "history",
    "diff",
    "logs",
    "doctor",
    "secrets",
    "scan",
    "publish",
}
RELEASE = (Path(__file__).parents[3] / "release.toml").read_text()
WITHOUT_ARGUMENTS = {"lint", "test", "chart", "up"}


@pytest.fixture(autouse=True)
def in_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "release.toml").write_text(RELEASE)
    monkeypatch.chdir(tmp_path)
    for verb in VERBS:
        for argument in ("KUBECONFIG", "REGISTRY", "REGISTRY_USERNAME", "REGISTRY_PASSWORD"):
            monkeypatch.delenv(f"{verb.upper()}_{argument}", raising=False)
    return tmp_path


def run(*argv: str) -> int:
    return launch(cli.app, argv)


def parameters(verb: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(VERBS[verb]).parameters)


def test_the_verbs_are_those_of_the_design() -> None:
    others = {"build", "ci", "init", "promote"}
    assert set(VERBS) == OF_ONE_ENVIRONMENT | WITHOUT_ARGUMENTS | others


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_says_what_it_does_and_takes_no_word_the_engine_has(verb: str) -> None:
    documentation = inspect.getdoc(VERBS[verb]) or ""
    assert documentation.endswith(".")
    assert not TAKEN & set(parameters(verb))
    assert ("env" in parameters(verb)) == (verb in OF_ONE_ENVIRONMENT)


@pytest.mark.parametrize("verb", sorted(WITHOUT_ARGUMENTS))
def test_some_verbs_need_no_argument(verb: str) -> None:
    assert parameters(verb) == {}


@pytest.mark.parametrize(
    "argv",
    [("nonsense",), ("deploy",), ("lint", "--nonsense"), ("deploy", "--env", "local", "--revision"),
     ("deploy", "--env", "local", "--lock-timeout", "soon"), ("lint", "--format", "xml"),
     ("rollback", "--env", "local", "--revision", "two")],
)  # fmt: skip
def test_bad_usage_is_code_2(argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*argv) == 2
    captured = capsys.readouterr()
    assert argv[-1].lstrip("-") in captured.out + captured.err


@pytest.mark.parametrize("verb", sorted(OF_ONE_ENVIRONMENT))
def test_an_unknown_environment_is_named(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(verb, "--env", "staging") == 1
    error = capsys.readouterr().err
    assert "'staging'" in error
    assert f"accepted: one of: {', '.join(names())}\n" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("verb", sorted(OF_ONE_ENVIRONMENT - {"publish", "rehearse", "preview"}))
def test_a_missing_kubeconfig_is_named(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(verb, "--env", "local") == 1
    error = capsys.readouterr().err
    assert "no kubeconfig was given" in error
    assert f"set {verb.upper()}_KUBECONFIG in .env" in error


def test_only_where_it_may_be_thrown_away_a_release_is_rehearsed(
    in_a_clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("rehearse", "--env", "local", "--kubeconfig", "file:gone") == 1
    error = capsys.readouterr().err
    assert "local is no environment for rehearsals" in error
    assert 'rehearses = "local"' in error
    own = RELEASE[RELEASE.index("[environments.oke]") :].partition("\n\n")[0]
    own = own.replace("environments.oke", "environments.trial").replace("after =", "rehearses =")
    (in_a_clone / "release.toml").write_text(f'{RELEASE}\n{own}\nnamespace = "trial"\n')
    assert run("rehearse", "--env", "trial") == 1
    error = capsys.readouterr().err
    assert "no kubeconfig was given" in error
    assert "set REHEARSE_KUBECONFIG in .env" in error


def test_outside_a_clone_a_verb_says_where_to_go(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run("lint") == 1
    assert "not inside a clone" in capsys.readouterr().err
    reference = f"registry.test/image@sha256:{1:064x}"
    for verb in ("diff", "deploy", "verify"):
        images = ("--images", f'{{"backend": "{reference}", "frontend": "{reference}"}}')
        assert run(verb, "--env", "local", *images) == 1
        assert "not inside a clone" in capsys.readouterr().err
    assert run("--help") == 0


def test_the_help_names_the_environments_of_the_clone(
    in_a_clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = RELEASE.replace("[environments.oke]", "[environments.cloud]")
    (in_a_clone / "release.toml").write_text(text)
    assert run("status", "--help") == 0
    assert "Environments of release.toml: local, cloud." in capsys.readouterr().out
    assert run("status", "--env", "oke") == 1
    assert "accepted: one of: local, cloud" in capsys.readouterr().err


def test_a_file_that_does_not_say_what_it_should_stops_a_verb_and_no_help(
    in_a_clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = in_a_clone / "release.toml"
    file.write_text(RELEASE.replace("platforms", "platfroms", 1))
    assert run("status", "--env", "local") == 1
    said = capsys.readouterr().err
    assert f"{file}: there is no key environments.local.platfroms" in said
    assert "next: write platforms for platfroms" in said
    file.write_bytes(b"\xff")
    assert run("status", "--env", "local") == 1
    assert f"cannot read {file}" in capsys.readouterr().err
    assert run("--help") == 0


def test_what_takes_an_engine_names_the_command_that_has_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("up") == 1
    assert "next: dagger call up up" in capsys.readouterr().err


def test_brokers_that_cannot_work_are_refused_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("secrets", "--env", "local", "--kafka-brokers", "SASL_SSL://a:9092") == 1
    assert "'SASL_SSL://a:9092' has the scheme" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ('{"DATABASE_URL": "", "BETTER_AUTH_SECRET": "s3cret"}', "no database-url was given"),
        ("DATABASE_URL=postgresql://h/d\nBETTER_AUTH_SECRET=", "no better-auth-secret was given"),
        ('{"DATABASE_URL": "s3cret"x}', "--keys: line 1 cannot be read as JSON"),
        ("", "--keys: the variable KEYS is empty or not set"),
    ],
)
def test_a_deploy_that_is_given_secrets_in_part_is_refused_first(
    keys: str, problem: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYS", keys)
    monkeypatch.setenv("KUBE", "kind: Config")
    command = ("deploy", "--env", "local", "--kubeconfig", "env:KUBE", "--keys", "env:KEYS")
    assert run(*command) == 1
    error = capsys.readouterr().err
    assert error.startswith(problem)
    assert "s3cret" not in error


def test_a_deploy_looks_at_the_values_it_is_given_before_it_builds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://u:s3cret@h/d?sslmode=nonsense"
    monkeypatch.setenv("KEYS", json.dumps({"DATABASE_URL": url, "BETTER_AUTH_SECRET": "b"}))
    monkeypatch.setenv("KUBE", '{"kind": "Config"}')
    references = ("--kubeconfig", "env:KUBE", "--keys", "env:KEYS")
    assert run("deploy", "--env", "local", "--registry", "r.test/x", *references) == 1
    error = capsys.readouterr().err
    assert error.startswith("DATABASE_URL: sslmode: accepted is disable")
    assert "next: todo-ci deploy --env local again with a right URL" in error
    assert "s3cret" not in error


def test_values_that_cannot_be_read_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("deploy", "--env", "local", "--values", "nowhere.yaml") == 1
    assert "nowhere.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(("asked", "code"), [((), 1), (("--exit-code",), 2)])
def test_no_answer_is_told_from_a_difference(asked: tuple[str, ...], code: int) -> None:
    assert run("diff", "--env", "local", *asked) == code


def test_a_shell_can_complete_the_verbs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".bashrc").write_text("mine\n")
    file = tmp_path / "completion"
    assert launch(cli.app, ["--install-completion", "--shell", "bash", "--output", str(file)]) == 0
    assert "rollback" in file.read_text()
    assert (tmp_path / ".bashrc").read_text() == "mine\n"


def test_a_preview_wants_a_name_and_an_environment_that_has_them(
    in_a_clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("preview", "--env", "local") == 1
    assert "add --name pr-12" in capsys.readouterr().err
    for verb in ("preview", "unpreview"):
        assert run(verb, "--env", "local", "--name", "pr-1", "--kubeconfig", "file:gone") == 1
        assert "local is no environment for previews" in capsys.readouterr().err
