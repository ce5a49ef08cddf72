"""Run the workflow's jobs on this machine, by `act`, a runner of workflows.

The stand-ins are the three actions that would go elsewhere, and `dagger`.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOW = ".github/workflows/deploy-oke.yml"
ACTIONS = ".github/actions"
RUNNERS = ("--platform=ubuntu-24.04=-self-hosted", "--platform=self-hosted=-self-hosted")
SECRETS = {
    "KUBECONFIG": "YXBpVmVyc2lvbjogdjEK",
    "DATABASE_URL": "postgresql://somewhere",
    "BETTER_AUTH_SECRET": 'canary of "sessions" $HOME # end',
    "SIGNING_KEY": "canary-of-the-key",
    "GITHUB_TOKEN": "token-of-the-job",
}
EVENT = {"number": 7, "pull_request": {"head": {"sha": "0123456789abcdef"}}}
DAGGER = """#!/bin/sh
echo "$@" >>{record}
[ -z "$KEYS" ] || printf %s "$KEYS" >{folder}/keys-of-$2
case " {failing} " in *" $2 "*) passed=false ;; *) passed=true ;; esac
printf '{{"passed": %s, "table": "", "markdown": "## what %s found"}}' $passed "$2"
"""

needs_act = pytest.mark.skipif(
    shutil.which("act") is None, reason="there is no act command on PATH; next: ./do test pipeline"
)


@dataclass(frozen=True)
class Run:
    """The result of a run of the workflow."""

    ended: dict[str, str]
    calls: list[str]
    said: str


def composite(folder: Path, script: str) -> Path:
    """Write an action that runs one script."""
    inputs = {"version": "VERSION", "name": "NAME", "path": "KEPT", "persist-credentials": "KEEPS"}
    given = {variable: f"${{{{ inputs.{name} }}}}" for name, variable in inputs.items()}
    step = {"shell": "bash", "run": script, "env": given}
    action = {
        "name": folder.name,
        "inputs": {name: {"required": False} for name in inputs},
        "runs": {"using": "composite", "steps": [step]},
    }
    folder.mkdir()
    (folder / "action.yml").write_text(json.dumps(action))
    return folder


def run(
    folder: Path, event: str, *options: str, failing: str = "-", dagger: str = DAGGER,
    secrets: Mapping[str, str] = SECRETS, seconds: float = 300, workflow: str = WORKFLOW,
    api: str = "http://127.0.0.1:1",
) -> Run:  # fmt: skip
    """Run the workflow for an event, in a clone that holds nothing else.

    Args:
        folder: an empty one.
        event: as GitHub names it.
        options: of act.
        failing: the verb of `dagger` that fails.
        dagger: the stand-in's program, with {record}, {failing} and {folder}.
        secrets: of the repository.
        seconds: until the run is given up.
        workflow: its file.
        api: address of a double of GitHub's; by default one where nobody answers.
    """
    clone, record = folder / "clone", folder / "record"
    (clone / workflow).parent.mkdir(parents=True)
    for name in (workflow, "dagger.json"):
        shutil.copy(ROOT / name, clone / name)
    shutil.copytree(ROOT / ACTIONS, clone / ACTIONS)
    git = ["git", "-C", str(clone), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "a"]):
        subprocess.run([*git, *command], check=True)
    origin = "https://github.com/somebody/todo.git"
    subprocess.run([*git, "remote", "add", "origin", origin], check=True)
    (folder / "bin").mkdir()
    (folder / "bin/dagger").write_text(dagger.format(record=record, failing=failing, folder=folder))
    (folder / "bin/dagger").chmod(0o755)
    keep = f'echo "keep $NAME" >>{record}; cp "$KEPT" {folder}'
    install = f'echo "install $VERSION" >>{record}; echo {folder}/bin >>"$GITHUB_PATH"'
    actions = {
        "actions/checkout": composite(folder / "checkout", "true"),
        "actions/upload-artifact": composite(folder / "keep", keep),
        "dagger/dagger-for-github": composite(folder / "install", install),
    }
    texts = (file.read_text() for file in (clone / ".github").rglob("*.yml"))
    used = dict(re.findall(r"uses: (\S+)@(\S+)", "\n".join(texts)))
    (folder / "secrets").write_text("".join(f"{k}='{v}'\n" for k, v in secrets.items()))
    if event == "pull_request":
        (folder / "event").write_text(json.dumps(EVENT))
        options = (*options, "--eventpath", str(folder / "event"))
    command = [
        "act", event, "--workflows", workflow, "--no-cache-server", *RUNNERS,
        "--secret-file", str(folder / "secrets"), "--actor", "somebody", *options,
        "--env", f"GITHUB_API_URL={api}",
        *(f"--local-repository={name}@{used[name]}={path}" for name, path in actions.items()),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=clone, capture_output=True, text=True, check=False, timeout=seconds
    )
    said = done.stdout + done.stderr
    ended = dict(re.findall(rf"\[{Path(workflow).stem}/(\w+)\s*\].*Job (succeeded|failed)", said))
    assert (done.returncode == 0) == ("failed" not in ended.values()), said
    return Run(ended, record.read_text().splitlines() if record.exists() else [], said)
