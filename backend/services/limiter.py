"""Limits of what one user does at once and in a minute.

Each replica counts by itself: N replicas allow N times as much, which bounds them as well and costs
no question to anybody.
"""

import math
import time
from asyncio import Lock
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakValueDictionary

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from errors import DatabaseUnavailable, TooManyAtOnce, TooManyRequests


class RequestLimit:
    """Count the requests of each user in every minute."""

    def __init__(self, a_minute: int) -> None:
        self._item = RateLimitItemPerMinute(a_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def count(self, user_id: str) -> None:
        """Count one request, or raise TooManyRequests."""
        if not await self._limiter.hit(self._item, user_id):
            stats = await self._limiter.get_window_stats(self._item, user_id)
            raise TooManyRequests(self._item.amount, math.ceil(stats.reset_time - time.time()))


class AtOnce:
    """Count what of one kind is going on for each user."""

    def __init__(self, most: int, what: str) -> None:
        self._most, self._what = most, what
        self._running: Counter[str] = Counter()

    def begin(self, user_id: str) -> None:
        """Count one that begins, or raise TooManyAtOnce."""
        if self._running[user_id] >= self._most:
            raise TooManyAtOnce(self._most, self._what)
        self._running[user_id] += 1

    def end(self, user_id: str) -> None:
        """Count one that ended."""
        self._running[user_id] -= 1
        if not self._running[user_id]:
            del self._running[user_id]

    @contextmanager
    def one(self, user_id: str) -> Generator[None]:
        """Count one from here to the end of the block."""
        self.begin(user_id)
        try:
            yield
        finally:
            self.end(user_id)


class Turns:
    """Let what one user asks of the database go one after the other: much at once delays nobody.

    No time ends the waiting: those before are bounded in number, and by the database's own times.
    When one of them finds the database away, so have all who wait for it.
    """

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[str, _Queue] = WeakValueDictionary()

    @asynccontextmanager
    async def one(self, user_id: str) -> AsyncGenerator[None]:
        """Wait for the user's turn, and keep it to the end of the block.

        Raises:
            DatabaseUnavailable: it was away for somebody who was before.
        """
        queue = self._queues.setdefault(user_id, _Queue())
        failures = queue.failures
        async with queue.turn:
            if queue.failures != failures:
                raise DatabaseUnavailable
            try:
                yield
            except DatabaseUnavailable:
                queue.failures += 1
                raise


class _Queue:
    """The turn that all of one user wait for, and how often it found the database away."""

    def __init__(self) -> None:
        self.turn, self.failures = Lock(), 0
