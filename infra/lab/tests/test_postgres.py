"""A killed database starts again: its lock file goes when nobody holds it, and only then."""

import os
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from todo_lab.services import postgres, supervisor


@pytest.fixture
def zombie() -> Generator[int]:
    """Return the id of a process that has ended and was not waited for."""
    child = subprocess.Popen(["true"])
    until = time.monotonic() + 10
    while supervisor.start_time(child.pid) is not None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert Path(f"/proc/{child.pid}").exists()
    yield child.pid
    child.wait()


def lock(data: Path, text: str, name: str = "postmaster.pid") -> Path:
    file = data / name
    file.write_text(text)
    return file


def test_the_locks_of_a_zombie_are_removed(tmp_path: Path, zombie: int) -> None:
    files = lock(tmp_path, f"{zombie}\n/data\n"), lock(tmp_path, f"{zombie}\n", ".s.PGSQL.1.lock")
    postgres.forget_dead_server(*files)
    assert not any(file.exists() for file in files)


@pytest.mark.parametrize("text", [f"{os.getpid()}\n/data\n", "", "no number\n"])
def test_the_lock_of_a_living_server_or_an_unreadable_one_stays(tmp_path: Path, text: str) -> None:
    file = lock(tmp_path, text)
    postgres.forget_dead_server(file)
    assert file.exists()


def test_no_lock_is_no_error(tmp_path: Path) -> None:
    postgres.forget_dead_server(tmp_path / "postmaster.pid")
