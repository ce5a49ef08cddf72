"""Tell whether a moment is in a frozen time: pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = 24 * 60


def frozen(times: Iterable[str], now: datetime) -> str:
    """Return the frozen time that a moment is in; empty where it is in none.

    Args:
        times: ``DAY HH:MM - DAY HH:MM`` in UTC, each week; the end is not part of it. One that ends
            before it begins goes over Sunday night.
        now: the moment, with its zone.
    """
    here = now.astimezone(UTC)
    minute = here.weekday() * _DAY + here.hour * 60 + here.minute
    for time in times:
        begin, end = (_minute(part) for part in time.split(" - "))
        inside = begin <= minute < end if begin < end else minute >= begin or minute < end
        if inside:
            return time
    return ""


def _minute(text: str) -> int:
    day, _, clock = text.partition(" ")
    hour, _, minute = clock.partition(":")
    return _DAYS.index(day) * _DAY + int(hour) * 60 + int(minute)
