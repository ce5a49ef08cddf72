"""Worker processes that read what people write, so that no message holds up anybody else.

Python's `re` backtracks. A linear engine (google-re2) has no lookarounds and knows the words of
ASCII alone: a test keeps the patterns linear instead, and what it misses ends here.
"""

import os
import signal
from asyncio import Task, create_task, shield, wait
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import FrameType
from weakref import WeakValueDictionary

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, Lock, to_process

from services.assistant.core.reading import Found, Given, Reason, Unread
from services.logger import get_logger

_log = get_logger("workers")
_SLOW = "I could not read that in time; say it in fewer words, such as “add buy milk”."
_BUSY = "The assistant is very busy right now, so nothing was done. Say it again in a moment."
# On a busy machine the server goes first, once the worker has started: somebody waits for that.
_NICENESS = 5
_KILL_SECONDS = 0.5
_START_AFTER = 3.0
# As long as anyio waits for one.
_LONGEST_START = 20.0


@dataclass(frozen=True)
class Bounds:
    """The bounds of reading.

    Args:
        workers: processes at most, started when they are needed; each takes about 40 MB.
        seconds: for one message, from when a worker begins to read it.
        wait_seconds: for one message until it is its turn.
        start_seconds: for a worker that has to start before it reads.
        queue: people who wait for a worker; more are turned away.
        own_queue: messages of one person that wait for the one before.
    """

    workers: int = 2
    seconds: float = 2
    wait_seconds: float = 10
    start_seconds: float = 30
    queue: int = 100
    own_queue: int = 5


class Workers:
    """Read messages in a few processes: first come, first served, one at a time of each person."""

    def __init__(self, bounds: Bounds, modules: Sequence[str] = ()) -> None:
        """Prepare to read.

        Args:
            modules: what a worker imports when it starts, so that no message waits for it.
        """
        self._bounds, self._modules = bounds, tuple(modules)
        self._limiter = CapacityLimiter(bounds.workers)
        self._starts, self._starting = CapacityLimiter(bounds.workers), set[Task[None]]()
        self._turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Start the first worker once the server has started; nothing waits for it."""
        first = create_task(self._start_first())
        try:
            yield
        finally:
            first.cancel()
            await self.close()

    async def close(self) -> None:
        """Wait for workers that start: one that is given up before it has would stay."""
        if self._starting:
            await wait(self._starting, timeout=_LONGEST_START)

    async def read(
        self, user_id: str, function: Callable[[*Given], Found], *given: *Given
    ) -> Found:
        """Run a pure function for a user.

        Raises:
            Unread: it took too long, or too many wait.
        """
        turn = self._turns.setdefault(user_id, Lock())
        if (
            turn.statistics().tasks_waiting >= self._bounds.own_queue
            or self._limiter.statistics().tasks_waiting >= self._bounds.queue
        ):
            raise Unread(Reason.BUSY, _BUSY)
        try:
            with anyio.fail_after(self._bounds.wait_seconds) as patience:
                async with turn, self._limiter:
                    begin = anyio.current_time()
                    patience.deadline = begin + self._bounds.start_seconds + self._bounds.seconds
                    # Who gives up may go; the worker starts all the same, for the next message.
                    await shield(self._start())
                    return await self._run(_within, self._bounds.seconds, function, given)
        except (TimeoutError, BrokenWorkerProcess):
            raise Unread(Reason.BUSY, _BUSY) from None

    async def _run(self, function: Callable[[*Given], Found], *given: *Given) -> Found:
        # A worker whose message is given up is killed, and replaced by the next that is needed.
        try:
            return await to_process.run_sync(
                function, *given, cancellable=True, limiter=CapacityLimiter(1)
            )
        except (OutOfTime, BrokenWorkerProcess):
            raise Unread(Reason.SLOW, _SLOW) from None

    def _start(self) -> Task[None]:
        """Have a worker that waits for work, which takes no time where one does already."""
        starting = create_task(to_process.run_sync(_import, self._modules, limiter=self._starts))
        self._starting.add(starting)
        starting.add_done_callback(self._started)
        return starting

    def _started(self, starting: Task[None]) -> None:
        self._starting.discard(starting)
        # Nobody may be left to hear of it, and the next message tries again.
        if not starting.cancelled() and (error := starting.exception()):
            _log.error("no worker starts", exc_info=error)

    async def _start_first(self) -> None:
        # Its imports would take the only core from the server's own start.
        await anyio.sleep(_START_AFTER)
        with suppress(BrokenWorkerProcess):
            await shield(self._start())


class OutOfTime(BaseException):
    """The end of the time for one message; no handler of an `Exception` takes it for its own."""


def _import(modules: Sequence[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in modules:
        import_module(module)
    _settle()


@cache
def _settle() -> None:
    """Let the server go first, and let it alone end workers: Ctrl-C reaches every process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)


def _within(seconds: float, function: Callable[[*Given], Found], given: tuple[*Given]) -> Found:
    """Run a function in a worker, and end it, or else the worker, past a time."""
    _settle()
    signal.signal(signal.SIGALRM, _end)
    signal.setitimer(signal.ITIMER_REAL, seconds, _KILL_SECONDS)
    try:
        return function(*given)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end(_number: int, _frame: FrameType | None) -> None:
    # To go on with the same process spares the next message the start of another. What does not
    # end by this is killed by the next alarm.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    raise OutOfTime
