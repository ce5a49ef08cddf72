"""Lengths of time: "in half an hour", "two weeks later", "the day before"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from services.assistant.language.lexicon.numbers import NUMBERS

NUMBER = r"(?:(?<!\d)\d++(?:[.,]\d++)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"

_UNITS = {
    "min": "minutes", "h": "hours", "hr": "hours", "hour": "hours", "minute": "minutes",
    "second": "seconds", "sec": "seconds", "day": "days", "week": "weeks", "wk": "weeks",
    "fortnight": "fortnights", "month": "months", "year": "years",
}  # fmt: skip
_UNIT = (
    r"(?:hours?|hrs?|h|minutes?|mins?|seconds?|secs?|days?|weeks?|wks?|fortnights?|months?|years?)"
)
_COUNT = rf"(?:(?:a )?couple(?: of)?|(?:a )?few|{NUMBER})"
# "half an hour", "an hour and a half", "two and a half hours", "1 hour 30 minutes", "2h"
DURATION = (
    rf"(?:half an? (?:hour|day|year)|(?:a )?quarter(?: of)? an hour|three quarters of an hour"
    rf"|{_COUNT} (?:and a half )?{_UNIT}(?: and a half| and {NUMBER} {_UNIT}| {NUMBER} {_UNIT})?"
    rf"|(?<!\d)\d++(?:[.,]\d++)?{_UNIT})"
)
_PART = re.compile(rf"({_COUNT}) ?(and a half )?({_UNIT})( and a half)?\b")


@dataclass(frozen=True)
class Duration:
    """A length of time: elapsed seconds, or days and months of a calendar, which differ."""

    months: int = 0
    days: int = 0
    seconds: float = 0

    def after(self, day: date, times: int = 1) -> date:
        """Return the day that is so many months and days away."""
        return day + relativedelta(months=times * self.months, days=times * self.days)

    def from_moment(self, moment: datetime, times: int = 1) -> datetime:
        """Return the moment that is so far away: days keep the clock's time, hours elapse."""
        moved = moment + relativedelta(months=times * self.months, days=times * self.days)
        elapsed = moved.astimezone(UTC) + timedelta(seconds=times * self.seconds)
        return elapsed.astimezone(moment.tzinfo)


@dataclass(frozen=True)
class Shift:
    """By how much something moves, and where it is said."""

    duration: Duration
    earlier: bool
    start: int
    end: int

    @property
    def times(self) -> int:
        return -1 if self.earlier else 1

    def before(self, due: datetime, clock: time) -> datetime:
        """Return the moment so long before another: of days, at a time of that day."""
        moment = self.duration.from_moment(due, -1)
        return moment if self.duration.seconds else datetime.combine(moment, clock, moment.tzinfo)


def number(text: str) -> float:
    """Return the value of a number, in digits or as a word."""
    word = re.sub(r"^a (?=couple|few)| of$", "", text)
    return NUMBERS[word] if word in NUMBERS else float(word.replace(",", "."))


def duration(text: str) -> Duration:
    """Read what DURATION matched."""
    if text.startswith("half a"):
        unit = text.split()[-1]
        return _of(0.5, "hour") if unit == "hour" else _of(12, "hour" if unit == "day" else "month")
    if "quarter" in text:
        return Duration(seconds=(45 if text.startswith("three") else 15) * 60)
    total = Duration()
    for count, half_before, unit, half_after in _PART.findall(text):
        part = _of(number(count) + (0.5 if half_before or half_after else 0), unit)
        total = Duration(
            total.months + part.months, total.days + part.days, total.seconds + part.seconds
        )
    return total


def _of(count: float, unit: str) -> Duration:
    kind = _UNITS[unit if unit in _UNITS else unit.rstrip("s")]
    match kind:
        case "months" | "years":
            return Duration(months=round(count * (12 if kind == "years" else 1)))
        case "days" | "weeks" | "fortnights":
            days = count * {"days": 1, "weeks": 7, "fortnights": 14}[kind]
            return Duration(days=int(days), seconds=(days - int(days)) * 86_400)
        case _:
            return Duration(seconds=count * {"hours": 3600, "minutes": 60, "seconds": 1}[kind])


_SHIFT = re.compile(
    rf"\b(?:by (?P<by>{DURATION})(?: (?P<by_way>later|earlier|forward|back))?"
    rf"|(?:to )?(?P<plain>{DURATION}) (?P<way>later|earlier|sooner|back)"
    rf"|(?:back|on) (?P<back>{DURATION})"
    rf"|(?P<more>(?:for )?another (?!day|time){_UNIT}|for another day|{DURATION} more))\b"
)
_EARLIER = re.compile(r"\b(?:earlier|sooner|forward|bring|ahead|up)\b")


def find_shift(text: str) -> Shift | None:
    """Find "by a week", "one hour later", "two days earlier"; None when nothing of it is said.

    Args:
        text: lower case; "bring … forward by a week" moves to an earlier day.
    """
    found = _SHIFT.search(text)
    if not found:
        return None
    said = next(found[name] for name in ("by", "plain", "back", "more") if found[name])
    said = said.removesuffix(" more").removeprefix("for ")
    way = found["way"] or found["by_way"] or ""
    earlier = bool(_EARLIER.search(way or text)) and way not in ("later", "back")
    return Shift(duration(said), earlier, found.start(), found.end())


_BEFORE = re.compile(
    rf"\b(?P<length>{DURATION}|the day|the week) "
    r"(?:before|ahead of|prior to|in advance|beforehand|ahead|early)\b"
)


def find_before(text: str) -> Shift | None:
    """Find "half an hour before", "the day before": a distance from when something is due."""
    found = _BEFORE.search(text)
    if not found:
        return None
    said = found["length"].removeprefix("the ")
    days = {"day": 1, "week": 7}.get(said)
    length = Duration(days=days) if days else duration(said)
    return Shift(length, True, found.start(), found.end())
