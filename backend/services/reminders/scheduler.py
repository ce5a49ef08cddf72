"""Schedulers: they have this app look for due reminders at the right moment."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.clock import now

_SECOND = timedelta(seconds=1)


def whole_seconds(moments: Iterable[datetime], moment: datetime) -> list[datetime]:
    """Return when to be woken for some moments: at whole seconds, each once, earliest first.

    One wake-up serves all that is due by then, whoever's it is. None is sooner than a second from
    now: one that came too early by another machine's clock is repeated without haste.
    """
    soonest = moment + _SECOND
    return sorted({_round_up(max(each, soonest)) for each in moments})


def _round_up(moment: datetime) -> datetime:
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + _SECOND


class Scheduler(Protocol):
    """Whoever wakes this app; that it does is a matter of seconds, never of losing a reminder."""

    async def schedule(self, moments: Sequence[datetime]) -> float | None:
        """Have the app woken at each of these moments; never raise.

        Args:
            moments: whole seconds to come, earliest first; all there are for a while.

        Returns:
            How many seconds the process may sleep by itself; None until it is told.
        """
        ...


class InProcessScheduler:
    """Wake this process by its own clock, where there is no sidecar."""

    def __init__(self, sweep_seconds: float) -> None:
        self._sweep_seconds = sweep_seconds

    async def schedule(self, moments: Sequence[datetime]) -> float | None:
        # Never for long: what another process sets is seen then, and so is a clock put right.
        waits = [(moment - now()).total_seconds() for moment in moments[:1]]
        return max(0.0, min([*waits, self._sweep_seconds]))
