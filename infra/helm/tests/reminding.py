"""Backends, each with a sidecar, and what they share: what a reminder goes through."""

import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import backend
import broker
import daprd
from backend import Backend
from broker import Broker
from daprd import App, Daprd
from rendering import Chart, Manifest

TOKEN = "app-token-of-a-test"
USER = "dev-user"
PATIENCE = 60
_PARTS = ("kafka-pubsub", "statestore", "reminder-sweep")


@dataclass(frozen=True)
class Replica:
    """Hold a backend and its sidecar."""

    api: Backend
    sidecar: Daprd

    def set(self, title: str, moment: datetime | None) -> str:
        """Create a task with a reminder and return its id."""
        remind_at = None if moment is None else moment.isoformat()
        body = {"title": title, "remind_at": remind_at}
        status, task = self.api.call("POST", f"/api/{USER}/tasks", body)
        assert status == 201, task
        return task["id"]

    def change(self, task: str, **fields: Any) -> None:
        status, body = self.api.call("PATCH", f"/api/{USER}/tasks/{task}", fields)
        assert status == 200, body

    def notices(self) -> list[dict[str, Any]]:
        """List the newest notices."""
        return self.api.call("GET", f"/api/{USER}/notices?limit=100")[1]["items"]

    def notice(self, title: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait for the notice of a title, and insist that it is the only one."""
        until = time.monotonic() + seconds
        while True:
            found = [item for item in self.notices() if item["title"] == title]
            if found:
                (only,) = found
                return only
            assert time.monotonic() < until, (title, self.notices(), self.sidecar.complaints())
            time.sleep(0.1)


@dataclass(frozen=True)
class World:
    """Hold what replicas share, and start them."""

    chart: Chart
    program: str
    kafka: Broker
    folder: Path
    numbers: Iterator[int]

    @contextmanager
    def replica(self, database: str, scheduler: str, sweep_seconds: int) -> Generator[Replica]:
        """Run one more backend with a sidecar of its own.

        Args:
            database: URL of a migrated database.
            scheduler: address of Dapr's scheduler.
            sweep_seconds: how often the sidecar's cron calls.
        """
        folder = self._folder()
        port, sidecar_port = broker.free_port(), str(broker.free_port())
        with (
            backend.running(
                folder, port, DATABASE_URL=database, TODO_EVENTS="dapr",
                DAPR_HTTP_PORT=sidecar_port, APP_API_TOKEN=TOKEN,
                TODO_SWEEP_SECONDS=str(sweep_seconds),
            ) as api,
            ExitStack() as after,
        ):  # fmt: skip
            backend.wait(api)
            sidecar = after.enter_context(
                daprd.running(
                    self.program, self._objects(database, sweep_seconds), folder, App(port),
                    scheduler=scheduler, DAPR_HTTP_PORT=sidecar_port, APP_API_TOKEN=TOKEN,
                    SSL_CERT_FILE=str(self.kafka.authority),
                )
            )  # fmt: skip
            assert sidecar.process.poll() is None, sidecar.complaints()
            yield Replica(api, sidecar)

    @contextmanager
    def selfcheck_sidecar(self, database: str, scheduler: str) -> Generator[Daprd]:
        """Run the sidecar of the pod that checks a release: beside no server, of another app id."""
        objects = [m for m in self._objects(database, 30) if m["metadata"]["name"] == "statestore"]
        with daprd.running(
            self.program, objects, self._folder(), None, "todo-selfcheck", scheduler
        ) as sidecar:
            yield sidecar

    def _folder(self) -> Path:
        folder = self.folder / f"replica-{next(self.numbers)}"
        folder.mkdir()
        return folder

    def _objects(self, database: str, sweep_seconds: int) -> list[Manifest]:
        """Render the chart's own objects, but for the store of Kubernetes Secrets."""
        rendered = self.chart.render(f"--set=reminders.sweepSeconds={sweep_seconds}")
        kinds = ("Configuration", "Resiliency", "Subscription")
        chosen = [
            manifest
            for manifest in rendered
            if manifest["kind"] in kinds
            or (manifest["kind"] == "Component" and manifest["metadata"]["name"] in _PARTS)
        ]
        secrets = {
            ("kafka-secrets", "brokers"): self.kafka.address,
            ("kafka-secrets", "username"): broker.USER,
            ("kafka-secrets", "password"): broker.PASSWORD,
            ("app-secrets", "database-url"): database,
        }
        return daprd.standalone(chosen, secrets)


def world(chart: Chart, program: str, kafka: Broker, folder: Path) -> World:
    """Gather what replicas share."""
    return World(chart, program, kafka, folder, count(1))


def identity(pid: int) -> tuple[int, str]:
    """Tell a process from any other: numbers come again, the time of its start does not."""
    # Counted from behind the program's name, which may hold spaces.
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return pid, stat[19]


def ahead(seconds: float) -> datetime:
    """Return a moment so many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
