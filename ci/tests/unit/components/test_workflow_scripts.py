"""The scripts of the workflow: each calls one verb, gives secrets by reference, shows results."""

import json
from pathlib import Path

import pytest
from workflow_file import FLAGS, JOBS, ROOT, bash, script, steps

from todo_ci import tool_images
from todo_ci.core.image_names import ImageName


def flags(record: str) -> dict[str, str]:
    """Read `--flag value` pairs between the verb and `--report-only report`."""
    lines = record.splitlines()
    assert lines[0] == "call"
    assert lines[-2:] == ["--report-only", "report"]
    names = [line.removeprefix("--").replace("-", "_") for line in lines[2:-2:2]]
    return dict(zip(names, lines[3:-2:2], strict=True))


def shown(folder: Path) -> int:
    """Let the step after a call show its result; return its exit code."""
    return bash(script("Show the result"), folder).returncode


JOB = {
    "APP_URL": "https://todo.example",
    "HOLDER": "somebody/todo run 7",
    "REGISTRY": "",
    "REGISTRY_USERNAME": "somebody",
    "REGISTRY_PASSWORD": "token",
    "REVISION": "",
}


DEPLOYING = {
    "registry", "registry_username", "registry_password", "signing_key", "signing_password",
}  # fmt: skip


@pytest.mark.parametrize(
    ("action", "revision", "further"),
    [
        ("deploy", "", DEPLOYING),
        ("deploy", "7", DEPLOYING),
        ("rollback", "", {"lock_timeout"}),
        ("rollback", "7", {"lock_timeout", "revision"}),
        ("verify", "", set[str]()),
        ("verify", "7", {"revision"}),
    ],
)
def test_each_action_is_one_call_of_its_verb(
    action: str, revision: str, further: set[str], tmp_path: Path
) -> None:
    env = JOB | {"ACTION": action, "REVISION": revision}
    done = bash(script("Release and verify"), tmp_path, **env)
    assert done.returncode == 0, done.stderr
    record = (tmp_path / "record").read_text()
    assert record.splitlines()[1] == action
    given = flags(record)
    assert set(given) == {"env", "url", "kubeconfig", "holder"} | further
    assert set(given) <= FLAGS[action], "flags that the verb has"
    assert given["kubeconfig"] == f"file:{tmp_path}/kubeconfig"
    assert "token" not in record
    assert shown(tmp_path) == 0
    assert (tmp_path / "summary").read_text() == "## report\n"


@pytest.mark.parametrize("optional", [True, False])
def test_the_secrets_are_given_by_reference(optional: bool, tmp_path: Path) -> None:
    value = "a-value" if optional else ""
    env = {"DATABASE_URL": "u", "BETTER_AUTH_SECRET": "s", "COHERE_API_KEY": value}
    env |= {"KAFKA_PASSWORD": value, "KAFKA_USERNAME": "todo", "KAFKA_BROKERS": "broker:9092"}
    done = bash(script("Apply the secrets"), tmp_path, **JOB | env | {"PULL_PASSWORD": value})
    assert done.returncode == 0, done.stderr
    record = (tmp_path / "record").read_text()
    assert "a-value" not in record
    given = flags(record)
    assert set(given) <= FLAGS["secrets"]
    assert given["holder"] == "somebody/todo run 7"
    assert given["database_url"] == "env:DATABASE_URL"
    assert given["better_auth_secret"] == "env:BETTER_AUTH_SECRET"
    # A variable that is set to nothing is a secret that was not given.
    assert given["cohere_api_key"] == "env:COHERE_API_KEY"
    assert given["kafka_password"] == "env:KAFKA_PASSWORD"
    assert ("registry_password" in given) is optional


def test_a_change_is_checked_by_one_call_whose_report_reaches_the_summary(tmp_path: Path) -> None:
    done = bash(script("Check all that a pull request needs", "check"), tmp_path)
    assert done.returncode == 0, done.stderr
    record = (tmp_path / "record").read_text()
    assert record.split() == ["call", "ci", "--report-only", "report"]
    assert shown(tmp_path) == 0
    assert (tmp_path / "summary").read_text() == "## report\n"


@pytest.mark.parametrize("job", ["check", "release"])
def test_each_result_is_shown_right_after_its_call(job: str) -> None:
    uses = [step.get("uses", step.get("run", "")) for step in JOBS[job]["steps"]]
    calls = [place for place, text in enumerate(uses) if "dagger call" in text]
    assert len(calls) == {"check": 1, "release": 2}[job]
    assert [uses[place + 1] for place in calls] == ["./.github/actions/report"] * len(calls)


@pytest.mark.parametrize("passed", [False, None, "true"])
def test_a_result_that_did_not_pass_fails_the_job_and_reaches_the_summary(
    passed: object, tmp_path: Path
) -> None:
    result = {"passed": passed, "table": "why", "markdown": "## what failed"}
    (tmp_path / "result.json").write_text(json.dumps(result))
    assert shown(tmp_path) == 1
    assert (tmp_path / "summary").read_text() == "## what failed\n"


def test_a_call_without_a_result_never_passes_for_one(tmp_path: Path) -> None:
    failing = "dagger() { echo no engine >&2; return 1; }\n"
    done = bash(failing + script("Release and verify"), tmp_path, **JOB | {"ACTION": "deploy"})
    assert done.returncode != 0
    assert shown(tmp_path) != 0
    # Nor does the result of the call before it.
    (tmp_path / "result.json").write_text('{"passed": true, "table": "", "markdown": ""}')
    assert [shown(tmp_path) == 0, shown(tmp_path) == 0] == [True, False]


def test_the_kubeconfig_is_for_the_runner_alone(tmp_path: Path) -> None:
    encoded = "YXBpVmVyc2lvbjogdjEK"
    env = {"KUBECONFIG_BASE64": encoded, "OCI_CLUSTER": ""}
    done = bash(script("Write the kubeconfig"), tmp_path, **env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "kubeconfig").read_text() == "apiVersion: v1\n"
    assert (tmp_path / "kubeconfig").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("value", ["", "apiVersion: v1"])
def test_a_kubeconfig_that_cannot_be_read_is_refused_with_the_next_step(
    value: str, tmp_path: Path
) -> None:
    env = {"KUBECONFIG_BASE64": value, "OCI_CLUSTER": ""}
    done = bash(script("Write the kubeconfig"), tmp_path, **env)
    assert done.returncode == 1
    assert "infra/oke/kubeconfig.sh | base64 -w0 | gh secret set KUBECONFIG" in done.stdout


@pytest.mark.parametrize("refused", [False, True])
def test_an_environment_that_oracle_trusts_needs_no_kubeconfig(
    refused: bool, tmp_path: Path
) -> None:
    step = next(it for it in JOBS["release"]["steps"] if it["name"] == "Write the kubeconfig")
    wanted = (ROOT / "infra/oke/github-kubeconfig.sh").read_text()
    assert {name for name in step["env"] if f"#   {name} " in wanted} == set(step["env"]) - {
        "KUBECONFIG_BASE64"
    }
    access = tmp_path / "infra/oke/github-kubeconfig.sh"
    access.parent.mkdir(parents=True)
    access.write_text(
        f"#!/bin/sh\necho kubeconfig for $OCI_CLUSTER; echo why >&2; exit {refused:d}\n"
    )
    access.chmod(0o755)
    env = {"KUBECONFIG_BASE64": "", "OCI_CLUSTER": "ocid1.cluster"}
    done = bash(script("Write the kubeconfig"), tmp_path, **env)
    assert done.returncode == refused
    assert (tmp_path / "kubeconfig").read_text() == "kubeconfig for ocid1.cluster\n"
    assert (tmp_path / "kubeconfig").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "summary").read_text() == "why\n"


def test_the_version_of_dagger_is_the_one_of_the_module(tmp_path: Path) -> None:
    module = json.loads((ROOT / "dagger.json").read_text())
    (tmp_path / "dagger.json").write_text(json.dumps(module))
    done = bash(script("Read which Dagger this commit wants"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text() == f"version={module['engineVersion']}\n"
    for step in steps():
        if "dagger-for-github@" in step.get("uses", ""):
            assert step["with"] == {"version": "${{ steps.dagger.outputs.version }}"}
    for job in JOBS.values():
        assert "./.github/actions/dagger" in [step.get("uses") for step in job["steps"]]


@pytest.mark.parametrize("version", ["latest", "v1.2.3; id", "$(id)", ""])
def test_what_is_not_a_version_never_reaches_the_install_action(
    version: str, tmp_path: Path
) -> None:
    (tmp_path / "dagger.json").write_text(json.dumps({"engineVersion": version}))
    done = bash(script("Read which Dagger this commit wants"), tmp_path)
    assert done.returncode != 0
    assert not (tmp_path / "output").exists()


def test_both_doors_lint_with_the_same_actionlint() -> None:
    host = (ROOT / "infra/scripts/toolchain.sh").read_text()
    version = ImageName.parse(tool_images.ACTIONLINT, "tool_images.py").tag
    assert f"ACTIONLINT_VERSION={version}\n" in host
