"""The promise: a restart ends when the new pods serve, and names the Deployment that does not.

``kubectl`` is a small script that stands first on PATH.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fake_steps import lay_out

from todo_ci.cluster import kubectl

# Says of a Deployment what its file in the folder says, once; then that all is well.
KUBECTL = """#!/bin/sh
echo "$*" >>"$ROOM/argv"
case "$4 $5" in
"get deployments,replicasets,pods")
    ! [ -e "$ROOM/before" ] || { cat "$ROOM/before" && exec rm "$ROOM/before"; }
    ! [ -e "$ROOM/after" ] || exec cat "$ROOM/after" ;;
"status deployment/todo-app-backend") ! [ -e "$ROOM/after" ] || sleep 5 ;;
esac
said="$ROOM/$(basename "$5").$4"
[ -e "$said" ] || exit 0
cat "$said" >&2
rm "$said"
exit 1
"""
FIXTURES = Path(__file__).parents[1] / "fixtures"
BOTH = ("todo-app-backend", "todo-app-frontend")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    lay_out(tmp_path, kubectl.restart(BOTH, 30).files)
    return tmp_path


def restarted(room: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *kubectl.restart(BOTH, 30).argv[1:]],
        cwd=room, capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": f"{room}:{os.environ['PATH']}", "ROOM": str(room)},
    )  # fmt: skip


def test_all_are_restarted_before_the_first_is_waited_for(room: Path) -> None:
    assert restarted(room).returncode == 0
    verbs = [line.split()[3] for line in (room / "argv").read_text().splitlines()]
    assert verbs == ["get", "restart", "restart", "status", "status"]


def test_the_mark_of_the_rollout_before_is_not_taken_for_this_one(room: Path) -> None:
    (room / "todo-app-backend.status").write_text("error: it exceeded its progress deadline")
    assert restarted(room).returncode == 0


@pytest.mark.parametrize("verb", ["restart", "status"])
def test_one_that_does_not_come_back_is_named(room: Path, verb: str) -> None:
    (room / f"todo-app-frontend.{verb}").write_text("error: timed out")
    done = restarted(room)
    assert done.returncode == 1
    assert f"kubectl rollout {verb} deployment/todo-app-frontend: error: timed out" in done.stderr


@pytest.mark.parametrize(
    ("snapshot", "says"),
    [
        ("crash", ": CrashLoopBackOff"),
        ("steady", "kubectl rollout status deployment/todo-app-backend: error: timed out"),
    ],
)
def test_a_pod_that_cannot_start_ends_the_wait(room: Path, snapshot: str, says: str) -> None:
    shutil.copy(FIXTURES / "steady.json", room / "before")
    shutil.copy(FIXTURES / f"{snapshot}.json", room / "after")
    (room / "todo-app-backend.status").write_text("error: timed out")
    done = restarted(room)
    assert done.returncode == 1
    assert says in done.stderr
    assert ("timed out" in done.stderr) == (snapshot == "steady")
