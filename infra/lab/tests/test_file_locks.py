"""A command waits for another that makes the same thing, and never for a dead one."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from todo_lab import file_locks, paths


def test_a_second_command_waits_for_the_first(tmp_path: Path):
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        with file_locks.hold(tmp_path / "lock", waits.set):
            order.append("second")

    with file_locks.hold(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_lock_of_a_killed_command_is_free(tmp_path: Path):
    lock = tmp_path / "lock"
    code = (
        f"import os, pathlib; from todo_lab import file_locks\n"
        f"with file_locks.hold(pathlib.Path({str(lock)!r})): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=paths.LAB, check=False)
    assert lock.exists()
    with file_locks.hold(lock, lambda: pytest.fail("the dead command still holds the lock")):
        pass
