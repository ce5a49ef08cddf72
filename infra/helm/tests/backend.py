"""The backend as a process of its own, beside a sidecar."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rendering import REPOSITORY

PATIENCE = 120
PYTHON = REPOSITORY / "backend/.venv/bin/python"
TODO = (str(PYTHON), str(REPOSITORY / "backend/todo"))


@dataclass(frozen=True)
class Backend:
    """Hold a running backend."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Call its API; return the status and the parsed body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def lines(self) -> list[dict[str, Any]]:
        """Return what it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the backend to its end."""
    return subprocess.run(
        [*TODO, *arguments],
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(folder: Path, port: int, **environment: str) -> Generator[Backend]:
    """Run `todo serve` until the block ends; it may not serve yet when the block begins.

    Whoever calls is the developer, unless the environment says otherwise.
    """
    log = folder / "backend.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*TODO, "serve"],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                "PATH": os.defpath,
                "TODO_PORT": str(port),
                "TODO_IDENTITY": "development",
                **environment,
            },
        )
    try:
        yield Backend(process, port, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(backend: Backend) -> None:
    """Wait until its start is over."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if backend.call("GET", "/api/health/startup")[0] == 200:
                return
        except OSError:
            pass
        said = backend.log.read_text()[-3000:]
        assert backend.process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.1)
