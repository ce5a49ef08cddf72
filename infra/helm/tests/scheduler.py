"""Dapr's scheduler as a process of its own: it keeps jobs and brings them when they are due."""

import subprocess
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broker import free_port

PATIENCE = 120


@dataclass(frozen=True)
class Scheduler:
    """Hold a running scheduler."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running(program: str, folder: Path, port: int = 0) -> Generator[Scheduler]:
    """Run a scheduler until the block ends.

    Args:
        program: the path that `lab tools scheduler` prints.
        folder: where it remembers jobs; an empty one knows none.
        port: where sidecars look for it; 0 for any that is free.
    """
    port = port or free_port()
    health, peers = free_port(), free_port()
    command = [
        program, f"--port={port}", "--listen-address=127.0.0.1",
        f"--override-broadcast-host-port=127.0.0.1:{port}",
        f"--healthz-port={health}", "--healthz-listen-address=127.0.0.1",
        f"--metrics-port={free_port()}", "--metrics-listen-address=127.0.0.1",
        f"--etcd-data-dir={folder}", f"--etcd-client-port={free_port()}",
        f"--etcd-initial-cluster=dapr-scheduler-server-0=http://127.0.0.1:{peers}",
    ]  # fmt: skip
    log = folder.with_suffix(".log")
    with log.open("a") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, health, log)
        yield Scheduler(process, port)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], health: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{health}/healthz", timeout=1):
                return
        except OSError:
            said = log.read_text()[-2000:]
        assert process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.1)
