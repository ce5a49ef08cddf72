"""How far a long command is, said again and again until it ends."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from todo_ci.core.steps import gather

_Value = TypeVar("_Value")

EVERY = 10.0
"""Seconds between two lines: a build whose layers are all there ends before the first."""
# As buildah says it, with the stage in front where there are several.
_STEP = re.compile(r"(?:\[\d+/\d+\] )?STEP \d+/\d+: .*")


class BuildProgress:
    """Remember the step that a build is in.

    Args:
        what: is built, and for which platform.
        say: is given each line.
    """

    def __init__(self, what: str, say: Callable[[str], None], *, every: float = EVERY) -> None:
        self._what = what
        self._say = say
        self._every = every
        self._step = "begun"

    def hear(self, lines: bytes) -> None:
        """Take note of what the build says."""
        for line in lines.decode(errors="replace").splitlines():
            if _STEP.fullmatch(line):
                self._step = line

    async def told(self, build: Callable[[], Awaitable[_Value]]) -> _Value:
        """Run a build, and say its step every few seconds until it ends."""
        start = time.monotonic()
        ended = anyio.Event()
        values: list[_Value] = []

        async def run() -> None:
            try:
                values.append(await build())
            finally:
                ended.set()

        async def tell() -> None:
            while not ended.is_set():
                with anyio.move_on_after(self._every) as waiting:
                    await ended.wait()
                if waiting.cancelled_caught:
                    seconds = time.monotonic() - start
                    self._say(f"build: {self._what}, {seconds:.0f} s: {self._step}")

        await gather({"build": run, "tell": tell})
        return values[0]
