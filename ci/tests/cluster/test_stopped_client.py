"""A client that is stopped past its Lease and goes on later: two helms are never at work at once.

What a closed laptop or a paused virtual machine does to a deploy; there the Lease is a short one.
And one that is interrupted: it ends what it started, and nobody has to wait for it.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import lab
import processes
import pytest
from load import Load

import process_state

pytestmark = pytest.mark.lab

SHORT_LEASE = Path(__file__).parent / "short_lease.py"
SLOW = Path(__file__).parent / "faults/slow.yaml"


@contextmanager
def helms_at_work() -> Generator[list[int]]:
    """Count the helms at work, many times a second, for as long as a block lasts."""
    counts: list[int] = []
    over = threading.Event()

    def count() -> None:
        while not over.wait(0.05):
            counts.append(len(processes.helms()))

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join()


def deploy(*argv: str) -> list[str]:
    return [sys.executable, str(SHORT_LEASE), "deploy", "--env", "local", *argv]


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


@pytest.mark.parametrize(
    "stopped",
    ["the client alone", pytest.param("all that it started too", marks=pytest.mark.matrix)],
)
def test_the_next_deploy_has_the_release_to_itself(served: str, stopped: str) -> None:
    first = lab.start(*deploy("--images", served, "--values", str(SLOW)))
    lab.until("its helm is at work", lambda: bool(processes.helms()), 60)
    lab.until("it changes the release", lambda: "pending" in lab.latest()["status"], 30)
    (helm,) = processes.helms()
    helm_born = process_state.started(helm)
    family = processes.descendants(first.pid)
    assert helm in family
    pids = family if stopped.startswith("all") else [first.pid]

    with helms_at_work() as counts, Load(("/api/health",)) as load:
        signal_all(pids, signal.SIGSTOP)
        at = time.monotonic()
        second = lab.start(*deploy("--images", served))
        said, _ = second.communicate(timeout=180)
        print(f"{stopped}: the second deploy ended {time.monotonic() - at:.0f} s later\n{said}")
        assert second.returncode == 0, said
        after = lab.history()
        signal_all([pid for pid in pids if Path(f"/proc/{pid}").exists()], signal.SIGCONT)
        last_words, _ = first.communicate(timeout=60)
    print(last_words)

    assert "gone silent; taking over" in said
    assert first.returncode == 1, "it says that it was stopped, and changes nothing"
    assert "the deploy lock" in last_words
    assert max(counts) == 1, "two helms were at work at once"
    assert process_state.started(helm) != helm_born, "its helm is gone"
    assert lab.history() == after, "nothing was changed by who came back"
    assert not lab.holder()
    assert load.failures == []


def test_an_interrupted_deploy_gives_the_lock_back_and_the_next_one_passes(served: str) -> None:
    command = ("todo-ci", "deploy", "--env", "local", "--images", served)
    first = lab.start(*command, "--values", str(SLOW), "--holder", "octocat@laptop")
    lab.until("its helm is at work", lambda: bool(processes.helms()), 60)
    lab.until("it changes the release", lambda: "pending" in lab.latest()["status"], 30)
    assert lab.holder().startswith("octocat@laptop ")
    first.send_signal(signal.SIGINT)
    said, _ = first.communicate(timeout=90)
    print(said)
    assert first.returncode == 130
    assert processes.helms() == []
    assert lab.holder() == ""
    assert "lock: given back; nothing of the release is being changed any more" in said
    run = lab.todo_ci(*command[1:])
    assert run.exit_code == 0, run.text
    assert "gone silent" not in run.text
