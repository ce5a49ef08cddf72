"""The workflow's jobs run in the order they promise, on a real runner of workflows.

`act` runs the jobs on this machine. The stand-ins are the two actions that would download, and a
`dagger` that records its calls: what the verbs do has tests of its own.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WORKFLOW = ".github/workflows/deploy-oke.yml"
ACTIONS = ".github/actions"
RUNNER = "ubuntu-24.04=-self-hosted"
SECRETS = {
    "KUBECONFIG": "YXBpVmVyc2lvbjogdjEK",
    "DATABASE_URL": "postgresql://somewhere",
    "BETTER_AUTH_SECRET": "signing-key",
    "GITHUB_TOKEN": "token-of-the-job",
}
DAGGER = """#!/bin/sh
echo "$@" >>{record}
case " {failing} " in *" $2 "*) echo "Error: 1 failed" >&2; exit 1 ;; esac
echo "## what $2 found"
"""

pytestmark = pytest.mark.skipif(
    shutil.which("act") is None, reason="there is no act command on PATH; next: ./do test pipeline"
)


@dataclass(frozen=True)
class Run:
    """What a run of the workflow did."""

    ended: dict[str, str]
    calls: list[str]
    said: str


def composite(folder: Path, script: str) -> Path:
    """Write an action that runs one script."""
    step = {"shell": "bash", "run": script, "env": {"VERSION": "${{ inputs.version }}"}}
    action = {
        "name": folder.name,
        "inputs": {"version": {"required": False}, "persist-credentials": {"required": False}},
        "runs": {"using": "composite", "steps": [step]},
    }
    folder.mkdir()
    (folder / "action.yml").write_text(json.dumps(action))
    return folder


def run(folder: Path, event: str, *options: str, failing: str = "-") -> Run:
    """Run the workflow for an event, in a clone that holds nothing else.

    Args:
        folder: an empty one.
        event: as GitHub names it.
        options: of act.
        failing: the verb of `dagger` that fails.
    """
    clone, record = folder / "clone", folder / "record"
    (clone / WORKFLOW).parent.mkdir(parents=True)
    for name in (WORKFLOW, "dagger.json"):
        shutil.copy(ROOT / name, clone / name)
    shutil.copytree(ROOT / ACTIONS, clone / ACTIONS)
    git = ["git", "-C", str(clone), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "a"]):
        subprocess.run([*git, *command], check=True)
    origin = "https://github.com/somebody/todo.git"
    subprocess.run([*git, "remote", "add", "origin", origin], check=True)
    (folder / "bin").mkdir()
    (folder / "bin/dagger").write_text(DAGGER.format(record=record, failing=failing))
    (folder / "bin/dagger").chmod(0o755)
    install = f'echo "install $VERSION" >>{record}; echo {folder}/bin >>"$GITHUB_PATH"'
    actions = {
        "actions/checkout": composite(folder / "checkout", "true"),
        "dagger/dagger-for-github": composite(folder / "install", install),
    }
    texts = (file.read_text() for file in (clone / ".github").rglob("*.yml"))
    used = dict(re.findall(r"uses: (\S+)@(\S+)", "\n".join(texts)))
    (folder / "secrets").write_text("".join(f"{k}={v}\n" for k, v in SECRETS.items()))
    command = [
        "act", event, "--workflows", WORKFLOW, "--platform", RUNNER, "--no-cache-server",
        "--secret-file", str(folder / "secrets"), "--actor", "somebody", *options,
        *(f"--local-repository={name}@{used[name]}={path}" for name, path in actions.items()),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=clone, capture_output=True, text=True, check=False, timeout=300
    )
    said = done.stdout + done.stderr
    ended = dict(re.findall(r"\[deploy-oke/(\w+)\s*\].*Job (succeeded|failed)", said))
    assert (done.returncode == 0) == ("failed" not in ended.values()), said
    return Run(ended, record.read_text().splitlines() if record.exists() else [], said)


def verbs(done: Run) -> list[str]:
    """Name what `dagger` was called for, without flags."""
    return [
        re.sub(r"^call ", "", call).split()[0]
        for call in done.calls
        if not call.startswith("install ")
    ]


def test_a_change_is_checked_and_nothing_else(tmp_path: Path) -> None:
    done = run(tmp_path, "pull_request")
    assert done.ended == {"check": "succeeded"}, done.said
    assert verbs(done) == ["ci"]


def test_what_reached_main_is_checked_then_released(tmp_path: Path) -> None:
    done = run(tmp_path, "push")
    assert done.ended == {"check": "succeeded", "release": "succeeded"}, done.said
    assert verbs(done) == ["ci", "secrets", "deploy"]
    version = json.loads((ROOT / "dagger.json").read_text())["engineVersion"]
    assert [call for call in done.calls if call.startswith("install")] == [f"install {version}"] * 2
    assert "--env oke" in done.calls[-1]
    assert "Summary - ## what ci found" in done.said
    assert "Summary - ## what secrets found" in done.said
    assert "Summary - ## what deploy found" in done.said


def test_a_failing_check_stops_before_anything_is_published(tmp_path: Path) -> None:
    done = run(tmp_path, "push", failing="ci")
    assert done.ended == {"check": "failed"}, done.said
    assert verbs(done) == ["ci"]
    assert re.search(r"Summary - ```text\nError: 1 failed\n```", done.said)


def test_a_failing_release_fails_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, "push", failing="secrets")
    assert done.ended == {"check": "succeeded", "release": "failed"}, done.said
    assert verbs(done) == ["ci", "secrets"]
    assert re.search(r"Summary - ```text\nError: 1 failed\n```", done.said)


@pytest.mark.parametrize("action", ["rollback", "verify"])
def test_the_way_back_waits_for_no_check(action: str, tmp_path: Path) -> None:
    inputs = {"action": action, "environment": "local", "revision": "3"}
    options = [f"--input={name}={value}" for name, value in inputs.items()]
    done = run(tmp_path, "workflow_dispatch", *options, failing="ci")
    assert done.ended == {"release": "succeeded"}, done.said
    assert verbs(done) == [action]
    assert "--env local" in done.calls[-1]
    assert "--revision 3" in done.calls[-1]


def test_no_secret_is_shown(tmp_path: Path) -> None:
    done = run(tmp_path, "push")
    assert not [value for value in SECRETS.values() if value in done.said + "".join(done.calls)]
