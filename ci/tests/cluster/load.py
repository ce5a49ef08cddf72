"""A client that asks again and again, on a new connection each time, and never retries."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import app_users
from background import Background

HOST = "127.0.0.1"
MOST_REQUESTS = 60_000


@dataclass
class Load(Background):
    """Send requests in the background for as long as the block lasts.

    Args:
        paths: paths asked in turn.
        port: port on this machine.
        rate: requests a second, by all workers together; fewer where answers take longer.
        workers: how many ask side by side.
        user: somebody who signed up, to ask as; empty for nobody.
    """

    paths: tuple[str, ...]
    port: int = 8000
    rate: float = 15
    workers: int = 2
    user: str = ""
    answered: int = 0
    seconds: float = 0
    failures: list[str] = field(default_factory=list[str])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _began: float = 0

    @classmethod
    def of_many(cls, reader: str) -> Self:
        """Ask as many people do: 200 requests a second, some of them for tasks.

        Args:
            reader: somebody who signed up.
        """
        paths = ("/api/health", "/", f"/api/{reader}/tasks")
        return cls(paths, rate=200, workers=24, user=reader)

    def __str__(self) -> str:
        """Say what was asked, once the block is over."""
        a_second = self.answered / self.seconds
        return (
            f"{self.answered} requests in {self.seconds:.0f} s, {a_second:.0f} a second, "
            f"{len(self.failures)} failed"
        )

    def work(self) -> list[Callable[[], None]]:
        """Return the workers, who begin now."""
        self._began = time.monotonic()
        return [partial(self._work, number) for number in range(self.workers)]

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self.seconds = time.monotonic() - self._began

    def _work(self, first: int) -> None:
        for number in range(first, MOST_REQUESTS, self.workers):
            if self.stop.wait(max(0.0, self._began + number / self.rate - time.monotonic())):
                return
            path = self.paths[number % len(self.paths)]
            failure = self._ask(path)
            with self._lock:
                if failure:
                    self.failures.append(f"{time.strftime('%X')} {path}: {failure}")
                else:
                    self.answered += 1

    def _ask(self, path: str) -> str:
        connection = self.connect()
        try:
            connection.request("GET", path, headers=self._headers())
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        finally:
            connection.close()
        return "" if response.status == http.HTTPStatus.OK else f"status {response.status}"

    def connect(self) -> http.client.HTTPConnection:
        """Make a connection that nothing was sent on yet."""
        return http.client.HTTPConnection(HOST, self.port, timeout=10)

    def _headers(self) -> dict[str, str]:
        token = {"Authorization": f"Bearer {app_users.token(self.user)}"} if self.user else {}
        return {"Connection": "close", **token}
