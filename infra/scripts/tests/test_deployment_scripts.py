"""deploy-oke.sh and verify-deployment.sh call the pipeline with what they were told."""

import json
import re
import shutil
import subprocess

import pytest
from deployment_clone import NAMES, OF_DEPLOY, OKE, REAL, ROOT, STAND_IN, VALUES, Clone, flags


def test_a_deploy_applies_the_secrets_then_releases(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh")
    assert done.code == 0, done.said
    secrets, deploy = done.calls
    assert secrets[:2] == ["todo-ci", "secrets"]
    assert flags(secrets) == {
        "--env": "oke",
        "--kubeconfig": f"file:{clone.root}/kubeconfig",
        "--registry-username": "octocat",
        "--registry-password": "env:GITHUB_TOKEN",
        "--database-url": "env:DATABASE_URL",
        "--better-auth-secret": f"file:{clone.root}/signing-key",
        "--kafka-brokers": "broker.example.com:9092",
        "--kafka-username": "todo",
        "--kafka-password": "env:KAFKA_PASSWORD",
    }
    assert deploy[:2] == ["todo-ci", "deploy"]
    assert flags(deploy) == {
        "--env": "oke",
        "--url": "https://todo.example.com",
        "--kubeconfig": f"file:{clone.root}/kubeconfig",
        "--registry-username": "octocat",
        "--registry-password": "env:GITHUB_TOKEN",
    }


def test_the_nodes_may_have_a_login_of_their_own_that_only_reads(clone: Clone) -> None:
    values = VALUES | {
        "SECRETS_REGISTRYUSERNAME": "reader",
        "SECRETS_REGISTRYPASSWORD": "env:PULL",
        "PULL": "s3cr3t",
    }
    done = clone.run("deploy-oke.sh", values=values)
    assert done.code == 0, done.said
    secrets, deploy = map(flags, done.calls)
    assert secrets["--registry-username"] == "reader"
    assert secrets["--registry-password"] == "env:PULL"
    assert deploy["--registry-username"] == "octocat"
    assert deploy["--registry-password"] == "env:GITHUB_TOKEN"


@pytest.mark.parametrize(
    ("script", "verbs"),
    [("deploy-oke.sh", ["secrets", "deploy"]), ("verify-deployment.sh", ["verify"])],
)
def test_where_there_is_dagger_it_is_called(script: str, verbs: list[str], clone: Clone) -> None:
    by_hand = clone.run(script)
    (clone.root / "bin/calls").unlink()
    clone.write("dagger-bin/dagger", STAND_IN, program=True)
    done = clone.run(script)
    assert done.code == 0, done.said
    assert [call[:3] for call in done.calls] == [["dagger", "call", verb] for verb in verbs]
    assert [call[3:] for call in done.calls] == [call[2:] for call in by_hand.calls]


def test_the_lab_brings_its_own_values_and_is_reached_without_an_engine(clone: Clone) -> None:
    text = OKE.replace("todo.example.com", "127.0.0.1:8000")
    clone.write("state/pipeline.env", text)
    clone.write("dagger-bin/dagger", STAND_IN, program=True)
    for script, verb in (("deploy-oke.sh", "deploy"), ("verify-deployment.sh", "verify")):
        elsewhere = {f"{verb.upper()}_URL": "https://other.example.com"}
        done = clone.run(script, "--env", "local", values=VALUES | elsewhere)
        assert done.code == 0, done.said
        assert done.calls[-1][:2] == ["todo-ci", verb]
        assert flags(done.calls[-1])["--env"] == "local"
        assert flags(done.calls[-1])["--url"] == "https://127.0.0.1:8000"


def test_an_option_wins_over_the_environment_and_that_over_the_file(clone: Clone) -> None:
    values = VALUES | {"VERIFY_URL": "https://b.example.com", "VERIFY_HOLDER": "them"}
    given = ("--url=https://a.example.com", "--revision", "7")
    done = clone.run("verify-deployment.sh", *given, values=values)
    assert flags(done.calls[0])["--url"] == "https://a.example.com"
    assert flags(done.calls[0])["--revision"] == "7"
    assert flags(done.calls[0])["--holder"] == "them"
    done = clone.run("verify-deployment.sh", values=values)
    assert flags(done.calls[1])["--url"] == "https://b.example.com"


def test_a_file_is_found_from_where_its_name_was_written(clone: Clone) -> None:
    clone.write("home/mine", "apiVersion: v1")
    for given, cwd in (("file:mine", "home"), ("file:~/mine", "."), ("file://~/mine", ".")):
        done = clone.run("verify-deployment.sh", "--kubeconfig", given, cwd=cwd)
        assert done.code == 0, done.said
        assert flags(done.calls[-1])["--kubeconfig"] == f"file:{clone.root}/home/mine"


def test_no_secret_is_on_a_command_line_or_shown(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh")
    assert done.calls
    assert "s3cr3t" not in done.said + json.dumps(done.calls)


def test_a_dry_run_is_a_plan_alone(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh", "--dry-run", values={"GITHUB_TOKEN": "a"})
    assert done.code == 0, done.said
    assert [call[1] for call in done.calls] == ["deploy"]
    assert "--dry-run" in done.calls[0]


def test_values_are_found_from_where_their_name_was_written(clone: Clone) -> None:
    clone.write("home/mine.yaml", "backend: {replicas: 2}")
    done = clone.run("deploy-oke.sh", "--values", "mine.yaml", cwd="home")
    assert done.code == 0, done.said
    secrets, deploy = map(flags, done.calls)
    assert "--values" not in secrets
    assert deploy["--values"] == f"{clone.root}/home/mine.yaml"


def test_values_that_are_not_there_are_named_before_anything_begins(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh", "--values", "no.yaml")
    assert (done.code, done.calls) == (2, [])
    assert f"--values: {clone.root}/no.yaml is not there" in done.said


def test_each_verb_is_told_what_it_may_allow(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh", "--allow-http", "--allow-unverified-database")
    assert done.code == 0, done.said
    secrets, deploy = done.calls
    assert "--allow-unverified-database" in secrets
    assert "--allow-http" not in secrets
    assert "--allow-http" in deploy
    assert "--allow-unverified-database" not in deploy


def test_secrets_that_are_kept_are_not_asked_for(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh", "--keep-secrets", values={"GITHUB_TOKEN": "a"})
    assert done.code == 0, done.said
    assert [call[1] for call in done.calls] == ["deploy"]


@pytest.mark.parametrize(
    ("script", "failing", "called"),
    [
        ("deploy-oke.sh", "secrets", ["secrets"]),
        ("deploy-oke.sh", "deploy", ["secrets", "deploy"]),
        ("verify-deployment.sh", "verify", ["verify"]),
    ],
)
def test_a_failure_is_the_exit_code_and_the_end(
    script: str, failing: str, called: list[str], clone: Clone
) -> None:
    done = clone.run(script, failing=failing)
    assert done.code == 1
    assert [call[1] for call in done.calls] == called


@pytest.mark.parametrize("script", ["deploy-oke.sh", "verify-deployment.sh"])
def test_help_names_every_option_and_the_exit_codes(script: str, clone: Clone) -> None:
    done = clone.run(script, "--help")
    assert (done.code, done.calls) == (0, [])
    taken = re.search(
        r'^read_flags "([^"]*)"[\s\\]+"([^"]*)"',
        (ROOT / "infra/scripts" / script).read_text(),
        re.MULTILINE,
    )
    assert taken
    plain = [word for word in " ".join(taken.groups()).split() if "$" not in word]
    wanted = {*plain, *(OF_DEPLOY if script == "deploy-oke.sh" else ())}
    assert [name for name in wanted if f"--{name}" not in done.said] == []
    assert "Ends with 0" in done.said
    assert "set -euo" not in done.said


def test_a_flag_that_the_verb_does_not_take_is_noticed(clone: Clone) -> None:
    path = clone.root / "infra/scripts/verify-deployment.sh"
    path.write_text(
        path.read_text().replace("call verify env", "value[urll]=x; call verify urll env")
    )
    done = clone.run("verify-deployment.sh")
    assert done.code == 1
    assert "verify has no flag --urll" in done.said


@pytest.mark.skipif(not shutil.which("shellcheck", path=str(REAL.parent)), reason="no shellcheck")
def test_shellcheck_finds_nothing() -> None:
    paths = [ROOT / "infra/scripts" / name for name in NAMES]
    command = [REAL.parent / "shellcheck", "--external-sources", "--exclude=SC1091", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
