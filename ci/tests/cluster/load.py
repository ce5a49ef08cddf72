"""A client that asks again and again, on a new connection each time, and never retries."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
MOST_REQUESTS = 20_000


@dataclass
class Load:
    """Send requests in the background for as long as the block lasts.

    Args:
        paths: paths asked in turn.
        port: port on this machine.
        pause: seconds between two requests of one worker.
        workers: how many ask side by side.
    """

    paths: tuple[str, ...]
    port: int = 8000
    pause: float = 0.02
    workers: int = 2
    answered: int = 0
    failures: list[str] = field(default_factory=list[str])
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def __enter__(self) -> Self:
        for _ in range(self.workers):
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _work(self) -> None:
        for number in range(MOST_REQUESTS // self.workers):
            if self._stop.is_set():
                return
            path = self.paths[number % len(self.paths)]
            failure = self._ask(path)
            with self._lock:
                if failure:
                    self.failures.append(f"{time.strftime('%X')} {path}: {failure}")
                else:
                    self.answered += 1
            time.sleep(self.pause)

    def _ask(self, path: str) -> str:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        finally:
            connection.close()
        return "" if response.status == http.HTTPStatus.OK else f"status {response.status}"
