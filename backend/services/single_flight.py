"""An answer that many want: asked for once, and kept for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Ask for something at most once at a time; who comes meanwhile gets the same answer.

    Args:
        ask: gives the answer, in bounded time.
        seconds: that an answer is given again.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[T]],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._seconds, self._clock = ask, seconds, clock
        self._asking: asyncio.Task[T] | None = None
        self._until = float("-inf")
        self.last: T | None = None

    async def get(self) -> T:
        """Return an answer that is at most so old."""
        if self.last is not None and self._clock() < self._until:
            return self.last
        # Whoever goes away leaves the question to those who came after.
        return await asyncio.shield(self._ask_once())

    def refresh(self) -> None:
        """Ask in the background, unless the last answer is fresh."""
        if self.last is None or self._clock() >= self._until:
            self._ask_once()

    async def close(self) -> None:
        """End a question on its way."""
        if self._asking and not self._asking.done():
            self._asking.cancel()
            await asyncio.wait({self._asking})

    def _ask_once(self) -> asyncio.Task[T]:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answer())
        return self._asking

    async def _answer(self) -> T:
        self.last = await self._ask()
        self._until = self._clock() + self._seconds
        return self.last
