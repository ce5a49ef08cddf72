"""A queue in which much of one kind waits in front of nobody else."""

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary


class FairQueue:
    """Let few go on at a time; those who wait are let in by their keys in turn.

    At most one of each key waits for a place, the others of that key wait behind it.
    """

    def __init__(self, places: int, seconds: float) -> None:
        """Prepare to let in.

        Args:
            places: how many go on at a time.
            seconds: after which a place is free again, whether it was given back or not.
        """
        self._places, self._seconds = asyncio.Semaphore(places), seconds
        self._first: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def place(self, key: str) -> Callable[[], None]:
        """Wait for a place, and return what gives it back; to call that again does nothing."""
        async with self._first.setdefault(key, asyncio.Lock()):
            await self._places.acquire()
        is_held = True

        def give_back() -> None:
            nonlocal is_held
            if is_held:
                is_held = False
                late.cancel()
                self._places.release()

        late = asyncio.get_running_loop().call_later(self._seconds, give_back)
        return give_back
