"""Pauses after failures: growing, bounded, and never twice the same."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


def pause_after(failures: int, first: float, most: float) -> float:
    """Return the pause after so many failures in a row, between half of it and the whole."""
    whole = min(most, first * 2 ** min(failures - 1, 32))
    return random.uniform(whole / 2, whole)  # noqa: S311


@dataclass
class _Pause:
    failures: int
    until: float
    refused: bool


class KeyBackoff:
    """Remember which keys wait after a failure, and which of them have to travel alone."""

    def __init__(
        self, first: float, most: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first, self._most, self._clock = first, most, clock
        self._pauses: dict[str, _Pause] = {}

    def __len__(self) -> int:
        return len(self._pauses)

    @property
    def waiting(self) -> set[str]:
        """Keys whose events stay where they are for now."""
        now = self._clock()
        return {key for key, pause in self._pauses.items() if pause.until > now}

    @property
    def alone(self) -> set[str]:
        """Keys whose first event was refused."""
        return {key for key, pause in self._pauses.items() if pause.refused}

    def failed(self, key: str, *, refused: bool) -> None:
        """Let a key wait, longer each time."""
        before = self._pauses.get(key)
        failures = before.failures + 1 if before else 1
        until = self._clock() + pause_after(failures, self._first, self._most)
        # Once refused, alone until it is out: an outage in between makes it no better company.
        was_refused = before is not None and before.refused
        self._pauses[key] = _Pause(failures, until, refused or was_refused)

    def end(self, key: str) -> None:
        """Forget a key's failures."""
        self._pauses.pop(key, None)

    def forget(self) -> None:
        """Forget all keys: nothing of theirs is left."""
        self._pauses.clear()

    def retry_now(self) -> None:
        """Let keys that only waited for the broker go on."""
        self._pauses = {key: pause for key, pause in self._pauses.items() if pause.refused}
