"""The promise: what changes a release ends before anybody else may hold the Lease.

Real processes: ``kubectl`` is a small script that stands first on PATH.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_steps import lay_out

from process_state import is_alive
from todo_ci.core.context import THROUGH_AN_ENGINE, LeaseTiming
from todo_ci.rollout import lease
from todo_ci.rollout.lock import FENCE
from todo_ci.scripts import sources
from todo_ci.scripts.supervise import fence

# Prints the Lease as it is stored; hangs where there is none, as it does without a network.
KUBECTL = """#!/bin/sh
[ -e "$ROOM/lease.json" ] || exec sleep 60
cat "$ROOM/lease.json"
"""
COMMAND = """
trap 'echo told >>"$ROOM/notes"; exit 3' TERM
echo $$ >"$ROOM/command.pid"
for _ in $(seq 600); do sleep 0.1; done
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin/kubectl"
    script.write_text(KUBECTL)
    script.chmod(0o755)
    lay_out(tmp_path, sources(*FENCE))
    return tmp_path


def stored(room: Path, holder: str, renewed: str) -> None:
    text = json.dumps({"spec": {"holderIdentity": holder, "renewTime": renewed}})
    (room / "new.json").write_text(text)
    (room / "new.json").rename(room / "lease.json")


def start(room: Path, deadline: float, *command: str) -> "subprocess.Popen[str]":
    argv = lease.fenced(command or ("sh", "-c", COMMAND), "me", deadline, 0)
    return subprocess.Popen(
        [sys.executable, *argv[1:]],
        cwd=room, stderr=subprocess.PIPE, text=True,
        env={"PATH": f"{room / 'bin'}{os.pathsep}{os.environ['PATH']}", "ROOM": str(room)},
    )  # fmt: skip


def until(what: str, true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def command_of(room: Path) -> int:
    path = room / "command.pid"
    until("the command runs", lambda: path.is_file() and path.read_text().strip() != "")
    return int(path.read_text())


def test_a_command_that_ends_while_the_lease_is_held_gives_its_own_code(room: Path) -> None:
    stored(room, "me", "1")
    assert start(room, 20, "sh", "-c", "exit 7").wait(20) == 7


def test_a_lease_that_is_renewed_ends_nothing(room: Path) -> None:
    stored(room, "me", "0")
    process = start(room, 1.0)
    command = command_of(room)
    for renewal in range(1, 25):
        stored(room, "me", str(renewal))
        time.sleep(0.1)
    assert is_alive(command)
    process.terminate()
    assert process.wait(20) == 3
    assert (room / "notes").read_text() == "told\n"


def test_what_a_command_leaves_behind_ends_with_it(room: Path) -> None:
    stored(room, "me", "1")
    process = start(room, 20, "sh", "-c", 'sleep 600 & echo $! >"$ROOM/command.pid"; wait')
    left = command_of(room)
    process.terminate()
    assert process.wait(20) == 128 + signal.SIGTERM
    until("it is gone too", lambda: not is_alive(left))


def test_a_lease_that_is_not_renewed_kills_without_a_word(room: Path) -> None:
    stored(room, "me", "1")
    process = start(room, 0.6)
    command = command_of(room)
    _, said = process.communicate(timeout=60)
    assert process.returncode == fence.LOST
    assert "no longer held" in said
    assert not is_alive(command)
    assert not (room / "notes").exists(), "told to end, helm would begin a return of its own"


def test_a_lease_of_somebody_else_kills_before_the_deadline(room: Path) -> None:
    stored(room, "me", "1")
    process = start(room, 20)
    command = command_of(room)
    stored(room, "somebody", "2")
    assert process.wait(10) == fence.LOST
    assert not is_alive(command)


def test_no_answer_counts_as_no_renewal(room: Path) -> None:
    process = start(room, 0.6)
    command = command_of(room)
    assert process.wait(20) == fence.LOST
    assert not is_alive(command)


def test_a_fence_that_was_stopped_past_the_lease_kills_as_it_goes_on(room: Path) -> None:
    stored(room, "me", "1")
    process = start(room, 1.0)
    command = command_of(room)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.2)
    stored(room, "me", "2")  # too late: by then somebody else may have begun
    assert is_alive(command)
    process.send_signal(signal.SIGCONT)
    assert process.wait(20) == fence.LOST
    assert not is_alive(command)


def test_a_fence_that_is_killed_takes_its_command_along(room: Path) -> None:
    stored(room, "me", "1")
    process = start(room, 20)
    command = command_of(room)
    process.kill()
    process.wait(10)
    until("the command is gone too", lambda: not is_alive(command))


def test_a_renewal_counts_from_the_look_before_it_was_seen() -> None:
    judge = fence.Fence("me", deadline=20, renewed_at=100)
    judge.saw(("me", "a"), asked_at=102)
    assert judge.left(105) == 15
    judge.saw(("me", "b"), asked_at=112)
    assert judge.left(112) == 10, "it was made after 102, nobody knows how long after"
    judge.saw(("me", "b"), asked_at=121)
    assert judge.left(122) == 0


@pytest.mark.parametrize("timing", [LeaseTiming(), THROUGH_AN_ENGINE])
def test_what_a_holder_started_ends_before_the_next_one_begins(timing: LeaseTiming) -> None:
    assert timing.renew < timing.deadline < timing.fence < timing.duration


@pytest.mark.parametrize(
    "seconds",
    [
        {"duration": 30, "fence": 30},
        {"deadline": 25, "fence": 25},
        {"renew": 20, "deadline": 20},
    ],
)
def test_seconds_under_which_two_could_change_the_release_are_refused(
    seconds: dict[str, float],
) -> None:
    with pytest.raises(ValueError, match="renew < deadline < fence < duration"):
        LeaseTiming(**seconds)
