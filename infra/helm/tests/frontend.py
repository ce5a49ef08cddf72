"""The frontend as it is released, and its own code run by Node."""

import json
import os
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from rendering import REPOSITORY

FRONTEND = REPOSITORY / "frontend"
SECRET = "0123456789abcdef0123456789abcdef"
PATIENCE = 120
_SERVER = FRONTEND / ".next/standalone/server.js"


def schema_differences(database_url: str) -> dict[str, list[str]]:
    """Ask Better Auth, with the app's options, what it misses in a database."""
    done = subprocess.run(
        ["node", "tests/schema-differences.ts"],
        cwd=FRONTEND,
        env=_environment(database_url),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@dataclass(frozen=True)
class Frontend:
    """Hold a running frontend."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def person(self) -> httpx.Client:
        """Return a browser, as far as cookies go."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url}, trust_env=False)


def start(port: int, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start the server that the image runs; it may end at once."""
    _build()
    with log.open("w") as output:
        return subprocess.Popen(
            ["node", str(_SERVER)],
            env={
                "PATH": os.environ["PATH"],
                "NODE_ENV": "production",
                "HOSTNAME": "127.0.0.1",
                "PORT": str(port),
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def running(folder: Path, port: int, database_url: str, **environment: str) -> Generator[Frontend]:
    """Run the frontend until the block ends."""
    url = f"http://127.0.0.1:{port}"
    log = folder / "frontend.log"
    given = {**_environment(database_url), "BETTER_AUTH_URL": url, **environment}
    process = start(port, log, **given)
    try:
        _wait(url, process, log)
        yield Frontend(process, url, log)
    finally:
        process.terminate()
        process.wait(20)


def _environment(database_url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "BETTER_AUTH_SECRET": SECRET,
    }


def _build() -> None:
    """Build unless this very code was built before, by these tests or by those in a browser."""
    script = REPOSITORY / "infra/scripts/build-frontend.sh"
    done = subprocess.run([str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{url}/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.1)
