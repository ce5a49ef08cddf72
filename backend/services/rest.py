"""Rest: while nobody uses the app, nothing in the background asks the database.

A database that is paid for by the hour can then go to sleep. Off unless it is asked for, because it
has a cost: see TODO_REST_SECONDS in backend/README.md.
"""

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

# How soon the background sees that it may rest, or must end.
_LOOK_SECONDS = 0.5


class Rest:
    """Know whether the app is in use: a request runs, or the last one ended not long ago.

    Args:
        after_seconds: from the last use until the background rests; 0 for never.
    """

    def __init__(
        self, after_seconds: float = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.after_seconds = after_seconds
        self._clock = clock
        self._running = 0
        self._last_use = clock()
        self._used = asyncio.Event()

    @property
    def is_resting(self) -> bool:
        """Whether nothing may ask the database of its own accord."""
        idle = self._clock() - self._last_use
        return bool(self.after_seconds) and not self._running and idle > self.after_seconds

    def use(self) -> None:
        """Wake the background, and start counting anew."""
        self._last_use = self._clock()
        self._used.set()

    @contextmanager
    def in_use(self) -> Generator[None]:
        """Keep the background awake while a request runs, however long."""
        self._running += 1
        self.use()
        try:
            yield
        finally:
            self._running -= 1
            self.use()

    async def over(self, is_needed: Callable[[], bool] = lambda: False) -> None:
        """Return at once unless the app rests, else when it is used again.

        Args:
            is_needed: whether the caller has to go on in any case, to end or because it is time.
        """
        while self.is_resting and not is_needed():
            self._used.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._used.wait(), _LOOK_SECONDS)
