"""PostgreSQL asks for a password, and starts again after its server was killed."""

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


def test_postgresql_lets_nobody_in_without_a_password_over_the_network():
    lines = [line.split() for line in postgres.hba().splitlines()]
    assert {line[-1] for line in lines if line[0] == "host"} == {"scram-sha-256"}
    assert {line[3] for line in lines if line[0] == "host"} == {"10.255.0.1/32", "10.244.0.0/24"}
    assert [line for line in lines if line[0] == "local"] == [["local", "all", "postgres", "peer"]]


def test_the_database_url_is_the_contract():
    assert postgres.database_url("pw") == "postgresql://todo:pw@10.255.0.1:15432/todo"


def test_another_database_has_a_role_of_its_own():
    url = postgres.database_url("pw", "bench", "bench")
    assert url == "postgresql://bench:pw@10.255.0.1:15432/bench"
    sql = postgres.provisioning_sql("pw", "bench", "bench")
    assert "create database bench owner bench" in sql
    assert "todo" not in sql
