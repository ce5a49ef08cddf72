"""Ask an address again and again while its release is changed: new connections, nothing twice.

Nobody outside of a container can tell it to end. So it looks at the deploy lock: it begins before
the lock is taken, and goes on until a little after it was given back.

    python3 -m scripts.load --url http://127.0.0.1:8000 --namespace NAME --lease NAME-deploy \
        --rate 20 --at-most 600 /api/health /
"""

import argparse
import http.client
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.message import Message
from typing import Any

from .kubectl import KubectlError, kubectl

SHOWN = 5
WORKERS = 8
TIMEOUT = 10
LOOK = 1.0
# What a pod loses while it goes is lost in its last seconds.
AFTERWARDS = 2.0
ELSEWHERE = "answered by another"

Record = tuple[str, str]


def ask(url: str, timeout: float = TIMEOUT, mark: "tuple[str, str] | None" = None) -> str:
    """Send one request on a new connection; return why it counts as failed, nothing where not.

    Args:
        url: of http or https.
        timeout: seconds.
        mark: a header and its value, which the answer has to carry back: else it is ELSEWHERE's.
    """
    request = urllib.request.Request(url, headers=dict([mark]) if mark else {})  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310 - checked
            response.read()
            return _judged(response.status, response.headers, mark)
    except urllib.error.HTTPError as error:
        with error:
            return _judged(error.code, error.headers, mark)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__


def _judged(status: int, headers: Message, mark: "tuple[str, str] | None") -> str:
    if mark and headers.get(mark[0]) != mark[1]:
        return ELSEWHERE
    return "" if status == 200 else f"status {status}"


class Load:
    """Count what is answered and what is not, for as long as it is asked."""

    def __init__(self, url: str, paths: Sequence[str], rate: float) -> None:
        """Prepare to ask the paths in turn, at most so many a second by all workers together."""
        self._url, self._paths, self._rate = url.rstrip("/"), paths, rate
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._answered = self._failed = 0
        self._first: list[dict[str, str]] = []
        self._gap = 0.0
        self._began = self._last = time.monotonic()
        self._workers = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(WORKERS)
        ]

    def begin(self) -> None:
        """Ask from now on."""
        self._began = self._last = time.monotonic()
        for worker in self._workers:
            worker.start()

    def end(self) -> dict[str, Any]:
        """Ask no more, wait for what is under way, and tell what came of it all."""
        self._over.set()
        for worker in self._workers:
            worker.join()
        now = time.monotonic()
        return {
            "answered": self._answered,
            "failed": self._failed,
            "first": self._first,
            "gap": round(max(self._gap, now - self._last), 3),
            "seconds": round(now - self._began, 3),
        }

    def _work(self, number: int) -> None:
        due = self._began + number / self._rate
        while not self._over.wait(max(0.0, due - time.monotonic())):
            path = self._paths[number % len(self._paths)]
            self._note(path, self._ask(self._url + path))
            number += WORKERS
            # What a slow answer held back is not caught up on: nobody is asked faster than told.
            due = max(due + WORKERS / self._rate, time.monotonic())

    def _ask(self, url: str) -> str:
        return ask(url)

    def _note(self, path: str, failure: str) -> None:
        with self._lock:
            if failure:
                self._failed += 1
                if len(self._first) < SHOWN:
                    at = time.strftime("%H:%M:%S", time.gmtime())
                    self._first.append({"at": at, "path": path, "reason": failure[:200]})
                return
            now = time.monotonic()
            self._answered += 1
            self._gap = max(self._gap, now - self._last)
            self._last = now


def read_lease(namespace: str, name: str) -> "Record | None":
    """Return who holds the lock and since when, or None without an answer."""
    argv = ("--namespace", namespace, "--request-timeout=5s", "get", "lease", name)
    try:
        text = kubectl(*argv, "--output=json", timeout=10)
    except KubectlError:
        return None
    spec = json.loads(text).get("spec", {})
    return spec.get("holderIdentity") or "", spec.get("acquireTime") or ""


def is_over(first: Record, now: Record) -> bool:
    """Tell whether the lock was taken since the first look, and given back."""
    holder, acquired = now
    return not holder and acquired != first[1]


def watch(namespace: str, name: str, at_most: float) -> dict[str, bool]:
    """Wait until the lock was taken and given back; say whether that was seen from the start."""
    end = time.monotonic() + at_most
    first: Record | None = None
    while time.monotonic() < end:
        record = read_lease(namespace, name)
        if first is None:
            first = record
        elif record and is_over(first, record):
            time.sleep(AFTERWARDS)
            return {"early": not first[0], "ended": True}
        time.sleep(LOOK)
    return {"early": bool(first) and not first[0], "ended": False}


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Print what came of it as one JSON object."""
    parser = argparse.ArgumentParser(description="Ask an address while its release is changed.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--lease", required=True)
    parser.add_argument("--rate", type=float, required=True, help="requests a second, at most")
    parser.add_argument("--at-most", type=float, required=True, help="seconds")
    parser.add_argument("paths", nargs="+")
    given = parser.parse_args(arguments)
    if not given.url.startswith(("http://", "https://")):
        parser.error(f"--url {given.url!r} is no http or https address")
    load = Load(given.url, given.paths, given.rate)
    load.begin()
    seen = watch(given.namespace, given.lease, given.at_most)
    print(json.dumps({**load.end(), **seen}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
