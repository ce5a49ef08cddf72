"""Users who change tasks until told to stop, and remember every answer they got."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
from app import App
from background import Background

# What may happen to a task, in this order: none, one, two or all of it.
CHANGES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("updated", "PATCH", {"title": "renamed"}),
    ("completed", "PATCH", {"completed": True}),
    ("deleted", "DELETE", None),
]


@dataclass(frozen=True)
class Acknowledged:
    """Hold one change that was answered with success: which event must exist."""

    user: str
    task_id: str
    sequence: int
    kind: str


@dataclass(frozen=True)
class Timing:
    """Hold when a request began, how long it took, and whether it was answered with success."""

    at: float
    seconds: float
    ok: bool


@dataclass
class Writers(Background):
    """Let each user create, rename, complete and delete tasks in the background.

    Nothing is sent twice: a request without a good answer is counted, and its task left alone.
    """

    users: tuple[str, ...]
    pause: float = 0.05
    acknowledged: list[Acknowledged] = field(default_factory=list[Acknowledged])
    timings: list[Timing] = field(default_factory=list[Timing])
    failures: list[str] = field(default_factory=list[str])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> list[Callable[[], None]]:
        """Return the work of each user."""
        return [partial(self._work, App(user)) for user in self.users]

    def _work(self, app: App) -> None:
        for number in itertools.count(1):
            if self.stop.is_set():
                return
            self._story(app, number)

    def _story(self, app: App, number: int) -> None:
        task = self._send(app, "created", "POST", "/tasks", {"title": f"{app.user} {number}"})
        if task is None:
            return
        path = f"/tasks/{task['id']}"
        for sequence, (kind, method, body) in enumerate(CHANGES[: number % 4], start=2):
            if self._send(app, kind, method, path, body, task["id"], sequence) is None:
                return

    def _send(
        self,
        app: App,
        kind: str,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        task_id: str = "",
        sequence: int = 1,
    ) -> dict[str, Any] | None:
        time.sleep(self.pause)
        at = time.monotonic()
        try:
            answer = app.request(method, path, json=body)
        except httpx.HTTPError as error:
            return self._failed(at, f"{method}: {error!r}")
        if not answer.is_success:
            return self._failed(at, f"{method}: {answer.status_code} {answer.text[:120]}")
        task: dict[str, Any] = answer.json() if answer.content else {"id": task_id}
        with self._lock:
            self.timings.append(Timing(at, time.monotonic() - at, ok=True))
            self.acknowledged.append(Acknowledged(app.user, task["id"], sequence, kind))
        return task

    def _failed(self, at: float, why: str) -> None:
        with self._lock:
            self.timings.append(Timing(at, time.monotonic() - at, ok=False))
            self.failures.append(f"{time.strftime('%X')} {why}")


def percentile(seconds: list[float], share: float) -> float:
    """Return the value that `share` of the measurements do not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]
