"""The workflow that releases: its file, its scripts, and a shell that runs them as runners do."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from todo_ci.main import Todo

ROOT = Path(__file__).parents[3]
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


def script(name: str) -> str:
    """Return the script of an action's step; the workflow itself has none."""
    return next(step["run"] for step in action_steps() if step["name"] == name and "run" in step)


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
        "GITHUB_REPOSITORY": "somebody/todo",
        "GITHUB_RUN_ID": "7",
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    return subprocess.run(
        command, env=given | env, cwd=folder, capture_output=True, text=True, check=False
    )
