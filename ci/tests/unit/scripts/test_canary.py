"""The promise: a canary's Service goes only once no route leads to it.

``kubectl`` is a small script that stands first on PATH and writes down what it was told.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fake_canary import deployment, route, service
from fake_steps import lay_out

from todo_ci.core.ports import Step
from todo_ci.rollout.canary import steps

pytestmark = pytest.mark.usefixtures("guestbook")
KUBECTL = """#!/bin/sh
echo "$*" >>calls
case "$*" in *"$REFUSES"*) echo "Error from server" >&2; exit 1 ;; esac
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)

    def run(
        argv: tuple[str, ...], files: Mapping[str, str], refuses: str = "nothing of it"
    ) -> "subprocess.CompletedProcess[str]":
        lay_out(tmp_path, files)
        path = f"{tmp_path}:{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, *argv[1:]], cwd=tmp_path, env={"PATH": path, "REFUSES": refuses},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def verbs(folder: Path) -> list[str]:
    known = ("create", "rollout status", "apply", "delete")
    lines = (folder / "calls").read_text().splitlines()
    return [next(verb for verb in known if f" {verb}" in line) for line in lines]


def of(step: Step, run: Run, refuses: str = "nothing of it") -> int:
    return run(step.argv, step.files, refuses).returncode


def test_its_objects_are_made_and_its_pods_waited_for(run: Run, tmp_path: Path) -> None:
    files = steps.files(steps.OBJECTS, [service(), deployment(), route()])
    done = run(steps.make(60), files)
    assert done.returncode == 0, done.stderr
    assert verbs(tmp_path) == ["create", "rollout status"]
    calls = (tmp_path / "calls").read_text()
    assert "--namespace guests" in calls
    assert "deployment/guestbook --timeout=60s" in calls
    done = run(steps.make(60), files, "create")
    assert (done.returncode, done.stderr) == (1, "Error from server\n")


def test_a_share_is_applied_as_helm_applies(run: Run, tmp_path: Path) -> None:
    step = steps.weigh([route()])
    assert of(step, run) == 0
    assert "apply --server-side --force-conflicts --field-manager=helm" in (
        (tmp_path / "calls").read_text()
    )
    assert json.loads(step.files["routes.json"])["items"] == [route()]


def test_the_route_goes_back_before_the_canary_does(run: Run, tmp_path: Path) -> None:
    assert of(steps.back([route()]), run) == 0
    assert verbs(tmp_path) == ["apply", "delete"]
    only = "app.kubernetes.io/instance=guestbook-canary,app.kubernetes.io/managed-by=todo-ci"
    assert f"--selector={only}" in (tmp_path / "calls").read_text()


def test_a_canary_stays_while_a_route_may_lead_to_it(run: Run, tmp_path: Path) -> None:
    assert of(steps.back([route()]), run, "apply") == 1
    assert verbs(tmp_path) == ["apply"]


def test_without_a_release_there_is_no_route_to_put_back(run: Run, tmp_path: Path) -> None:
    assert of(steps.back([]), run) == 0
    assert verbs(tmp_path) == ["delete"]
