"""The reading of what a person wrote: pure functions, which may run out of time."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, TypeVar, TypeVarTuple

Given = TypeVarTuple("Given")
Found = TypeVar("Found")


class Reason(StrEnum):
    """Say why a message was not read; the words of the metric and of the log."""

    SLOW = "slow"
    BUSY = "busy"
    LONG = "long"


class Unread(Exception):
    """A message that was not read to its end: nothing was done about it, nothing is forgotten.

    Args:
        advice: what to say instead, for the person who wrote it.
    """

    def __init__(self, reason: Reason, advice: str) -> None:
        super().__init__(reason, advice)
        self.reason, self.advice = reason, advice


class Read(Protocol):
    """Run a pure function of a message; what it takes and returns can be pickled.

    Raises:
        Unread: there was no time for it.
    """

    async def __call__(self, function: Callable[[*Given], Found], *given: *Given) -> Found: ...


async def directly(function: Callable[[*Given], Found], *given: *Given) -> Found:
    """Run it here and now, however long it takes: for a program that serves nobody else."""
    return function(*given)
