"""The workflow keeps its promises: few rights, pinned actions, no text pasted into scripts."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from todo_ci import environments, tool_images
from todo_ci.main import Todo

ROOT = Path(__file__).parents[4]
FILE = ROOT / ".github/workflows/deploy-oke.yml"
TEXT = FILE.read_text()
ACTIONS = sorted(ROOT.glob(".github/actions/*/action.yml"))
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
ON = WORKFLOW[True]  # YAML 1.1 reads the key `on` as a truth value
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
MODULE: Any = vars(Todo)["__dagger_object_type__"]
FLAGS: dict[str, set[str]] = {
    name: set(function.parameters) for name, function in MODULE.functions.items()
}


def steps() -> Iterator[dict[str, Any]]:
    for job in JOBS.values():
        yield from job["steps"]
    yield from action_steps()


def action_steps() -> Iterator[dict[str, Any]]:
    """Give the steps of the repository's own actions, with the path the runner would fill in."""
    for action in ACTIONS:
        for step in yaml.safe_load(action.read_text())["runs"]["steps"]:
            run = step.get("run", "").replace("$GITHUB_ACTION_PATH", str(action.parent))
            yield step | ({"run": run} if run else {})


def script(name: str, job: str = "release") -> str:
    offered = [*JOBS[job]["steps"], *action_steps()]
    return next(step["run"] for step in offered if step["name"] == name and "run" in step)


def test_it_starts_for_a_change_for_what_reached_main_and_by_hand() -> None:
    assert set(ON) == {"pull_request", "push", "workflow_dispatch"}
    assert ON["push"] == {"branches": ["main"]}
    inputs = ON["workflow_dispatch"]["inputs"]
    assert inputs["action"]["options"] == ["deploy", "rollback", "verify"]
    assert set(inputs["environment"]["options"]) == set(environments.names())
    assert inputs["environment"]["default"] == "oke"
    assert "revision" in inputs


def test_no_job_has_a_right_without_a_reason() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOBS["check"]["permissions"] == {"contents": "read"}
    release = {"contents": "read", "packages": "write", "id-token": "write"}
    assert JOBS["release"]["permissions"] == release
    rights = re.findall(r"^ +[a-z-]+: (?:read|write)\b(.*)$", TEXT, re.MULTILINE)
    assert len(rights) == 4
    assert all(re.fullmatch(r" # to .+", reason) for reason in rights)


def test_every_action_is_pinned_by_commit_and_says_which_version_that_is() -> None:
    texts = "\n".join([TEXT, *(action.read_text() for action in ACTIONS)])
    used = re.findall(r"^ +uses: (.*)$", texts, re.MULTILINE)
    assert len(used) == len([step for step in steps() if "uses" in step]) == 8
    own = {f"./{action.parent.relative_to(ROOT)}" for action in ACTIONS}
    assert own < set(used)
    for action in set(used) - own:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_no_expression_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in steps() if "run" in step]
    assert scripts
    assert not [text for text in scripts if "${{" in text]


def test_no_credential_is_left_in_the_clone() -> None:
    checkouts = [step for step in steps() if "actions/checkout@" in step.get("uses", "")]
    assert len(checkouts) == len(JOBS)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_only_the_release_sees_secrets_and_each_step_only_its_own() -> None:
    assert "secrets." not in json.dumps(JOBS["check"])
    assert "secrets." not in json.dumps({**JOBS["release"], "steps": []})
    for step in JOBS["release"]["steps"]:
        assert "secrets." not in json.dumps({**step, "env": {}})


def test_every_secret_and_variable_is_explained_with_the_command_that_sets_it() -> None:
    comment = "\n".join(line for line in TEXT.splitlines() if line.startswith("#"))
    for kind, word in (("secrets", "secret"), ("vars", "variable")):
        used = set(re.findall(rf"\b{kind}\.(\w+)", TEXT))
        assert used == set(re.findall(rf"gh {word} set (\w+) --env oke", comment))


def test_the_release_is_one_at_a_time_and_never_cut_off() -> None:
    release = JOBS["release"]
    assert release["environment"]["name"] == "${{ inputs.environment || 'oke' }}"
    group = release["concurrency"]["group"]
    assert group.startswith("release-${{ inputs.environment || 'oke' }}-")
    assert release["concurrency"]["cancel-in-progress"] is False
    # What waits for a group is dropped for whatever comes later: a rollback has one of its own.
    assert group.endswith("${{ inputs.action == 'rollback' && github.run_id || 'deploy' }}")


def test_what_is_local_never_runs_on_a_hosted_runner() -> None:
    assert JOBS["release"]["runs-on"] == (
        "${{ inputs.environment == 'local' && 'self-hosted' || 'ubuntu-24.04' }}"
    )


def test_nothing_runs_for_hours() -> None:
    assert all(job["timeout-minutes"] <= 30 for job in JOBS.values())


def test_the_release_needs_a_check_that_passed() -> None:
    assert JOBS["release"]["needs"] == "check"
    condition = JOBS["release"]["if"]
    assert "github.event_name != 'pull_request'" in condition
    assert "needs.check.result == 'success'" in condition


def bash(text: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the runner does, with a `dagger` that records what it is called with."""
    recorder = folder / "bin/dagger"
    recorder.parent.mkdir(exist_ok=True)
    recorder.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >"$RECORD"\nprintf %s "$RESULT"\n')
    recorder.chmod(0o755)
    given = {
        "PATH": f"{recorder.parent}:{os.environ['PATH']}",
        "RECORD": str(folder / "record"),
        "RESULT": json.dumps({"passed": True, "table": "all good", "markdown": "## report"}),
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "ENVIRONMENT": "oke",
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    return subprocess.run(
        command, env=given | env, cwd=folder, capture_output=True, text=True, check=False
    )


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


@pytest.mark.parametrize(
    ("action", "revision", "further"),
    [
        ("deploy", "", {"registry", "registry_username", "registry_password"}),
        ("deploy", "7", {"registry", "registry_username", "registry_password"}),
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
    done = bash(step["run"], tmp_path, **env)
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
    assert f"ACTIONLINT_VERSION={tool_images.ACTIONLINT.rpartition(':')[2]}\n" in host
