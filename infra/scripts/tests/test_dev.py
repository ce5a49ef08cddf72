"""`./do dev` runs the app alone: ready when both parts answer, and nothing is left when it ends."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
READY = re.compile(r"the app is at (http://127\.0\.0\.1:\d+) ")
PATIENCE = 300  # a first run installs packages


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def dev(home: Path, port: int, out: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TODO_DEV_HOME": str(home)}
    command = [ROOT / "do", "dev", "--port", str(port)]
    with out.open("wb") as file:
        return subprocess.Popen(
            command, env=environment, stdout=file, stderr=file, start_new_session=True
        )


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@contextmanager
def running(home: Path, tmp_path: Path) -> Generator[tuple[subprocess.Popen[bytes], str]]:
    out = tmp_path / "out.txt"
    process = dev(home, free_port(), out)
    try:
        wait_until(
            lambda: bool(READY.search(out.read_text())) or process.poll() is not None, "ready"
        )
        if "Another next dev server" in out.read_text():
            pytest.skip("./do dev runs in this clone: end it to test it")
        ready = READY.search(out.read_text())
        assert ready, out.read_text()
        yield process, ready[1]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def get(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as answer:
        return answer.read()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dev") / "home"


def test_both_parts_answer_at_one_address_and_ctrl_c_ends_both(home: Path, tmp_path: Path) -> None:
    with running(home, tmp_path) as (process, address):
        assert b"<h1" in get(address)
        assert json.loads(get(f"{address}/api/health"))["status"] == "ok"
        pids = [int((home / f"{name}.pid").read_text()) for name in ("backend", "frontend")]
        assert all(map(is_there, pids))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert not any(map(is_there, pids))
        with pytest.raises(OSError, match="refused"):
            get(address)


def test_its_secret_is_kept_between_runs_and_for_its_owner_alone(home: Path) -> None:
    secret = home / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert secret.read_text().strip() not in (home / "backend.log").read_text()
    assert secret.read_text().strip() not in (home / "frontend.log").read_text()


def test_a_part_that_dies_ends_the_other_and_is_named_with_its_last_words(
    home: Path, tmp_path: Path
) -> None:
    with running(home, tmp_path) as (process, _):
        backend, frontend = (
            int((home / f"{name}.pid").read_text()) for name in ("backend", "frontend")
        )
        os.kill(backend, signal.SIGKILL)
        assert process.wait(PATIENCE) == 1
        assert "the backend has ended; the last lines of" in (tmp_path / "out.txt").read_text()
        assert not is_there(frontend)


def test_a_taken_port_is_named_with_the_next_command(home: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = dev(home, port, tmp_path / "out.txt")
        assert process.wait(PATIENCE) == 1
    expected = f"port {port} is taken; next: ./do dev --port {port + 1}"
    assert expected in (tmp_path / "out.txt").read_text()


def test_a_database_that_cannot_be_opened_ends_the_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "todo.db").mkdir(parents=True)
    process = dev(home, free_port(), tmp_path / "out.txt")
    assert process.wait(PATIENCE) == 1
    said = (tmp_path / "out.txt").read_text()
    assert "the backend has ended" in said
    assert "cannot connect to" in said


@pytest.mark.parametrize("wrong", [["--port", "high"], ["--port"], ["--fast"]])
def test_a_wrong_option_is_named_with_what_is_accepted(wrong: list[str]) -> None:
    done = subprocess.run([ROOT / "do", "dev", *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "accepted:" in done.stderr
