"""Show what happens, how long it has taken, and how long it took the last time."""

import json
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from todo_lab import files, paths

HEARTBEAT = 30.0


def spell(seconds: float) -> str:
    """Write a duration as a person reads it: `0.4 s`, `12 s`, `3 min 05 s`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def read_times(path: Path) -> dict[str, float]:
    """Return the seconds of each step's last run; a missing or damaged file has none."""
    try:
        content = json.loads(path.read_text())
        return {str(name): float(seconds) for name, seconds in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


class Progress:
    """Print one line when a step starts and one when it ends; steps may overlap in threads.

    Args:
        times: file with the last run's seconds by step; written after each step that succeeds.
        out: where the lines go, standard error by default, so that output can be piped.
        clock: seconds that never go back; a test gives its own.
        heartbeat: seconds between the lines that say a long step still runs; 0 for none.
    """

    def __init__(
        self,
        times: Path = paths.TIMES,
        out: TextIO = sys.stderr,
        clock: Callable[[], float] = time.monotonic,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._times = times
        self._out = out
        self._clock = clock
        self._heartbeat = heartbeat
        self._begin = clock()
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Print one line, headed by the seconds since the start of the command."""
        with self._lock:
            print(f"{self._clock() - self._begin:7.1f} s  {text}", file=self._out, flush=True)

    @contextmanager
    def step(self, name: str) -> Generator[None, None, None]:
        """Show a step while the block runs and remember its time when it succeeds."""
        last = read_times(self._times).get(name)
        self.say(f"{name} ..." + (f" (last time {spell(last)})" if last is not None else ""))
        begin = self._clock()
        ended = threading.Event()
        if self._heartbeat:
            threading.Thread(
                target=self._beat, args=(name, begin, last, ended), daemon=True
            ).start()
        try:
            yield
        except BaseException:
            self.say(f"{name}: failed after {spell(self._clock() - begin)}")
            raise
        finally:
            ended.set()
        seconds = self._clock() - begin
        self._remember(name, seconds)
        self.say(f"{name}: done in {spell(seconds)}")

    def _beat(self, name: str, begin: float, last: float | None, ended: threading.Event) -> None:
        while not ended.wait(self._heartbeat):
            of = f" of about {spell(last)}" if last is not None else ""
            self.say(f"{name}: {spell(self._clock() - begin)}{of}")

    def _remember(self, name: str, seconds: float) -> None:
        with self._lock:
            times = read_times(self._times) | {name: round(seconds, 1)}
            try:
                files.write(self._times, json.dumps(times, indent=1, sort_keys=True) + "\n")
            except OSError:
                return  # a step is no worse for its time being forgotten
