"""Days and periods: "next friday", "the 3rd", "end of the month", "this week"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from services.assistant.language.dates.durations import duration
from services.assistant.language.lexicon.numbers import ORDINALS
from services.assistant.language.lexicon.vocabulary import words_in_order

# Three letters tell a name: "thurs", "sept".
_WEEKDAYS = words_in_order("mon tue wed thu fri sat sun")
_MONTHS = words_in_order("jan feb mar apr may jun jul aug sep oct nov dec")
HOLIDAYS = {
    "new years day": (1, 1), "valentines day": (2, 14), "halloween": (10, 31),
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25),
    "boxing day": (12, 26), "new years eve": (12, 31),
}  # fmt: skip
# Days from Easter Sunday.
EASTER = {"good friday": -2, "easter sunday": 0, "easter monday": 1, "easter": 0}
NAMED = {
    "today": 0, "todays": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "last night": -1,
    "day after tomorrow": 2, "day before yesterday": -2,
} | dict.fromkeys(
    words_in_order("tmrw tmr tmw tomorow tommorow tommorrow tomorro 2morrow"), 1
)  # fmt: skip
_AHEAD = {"next": 1, "coming": 1, "last": -1}


@dataclass(frozen=True)
class Days:
    """A day to be due on, and the period it stands for in a list."""

    first: date
    last: date
    due: date

    @classmethod
    def one(cls, day: date) -> "Days":
        return cls(day, day, day)


def named_day(found: re.Match[str], today: date) -> Days:
    return Days.one(today + timedelta(days=NAMED[found["named"].removeprefix("the ")]))


def weekday(found: re.Match[str], today: date) -> Days:
    wanted = _WEEKDAYS.index(found["weekday"][:3])
    which = found.groupdict().get("which") or found.groupdict().get("whose") or ""
    this = today + timedelta(days=wanted - today.weekday())
    match which.split(" ")[0]:
        case "this":
            # On a Sunday "this monday" is tomorrow: nobody plans for six days ago.
            return Days.one(this if this >= today else this + timedelta(days=7))
        case "next":
            return Days.one(this + timedelta(days=7))
        case "last":
            return Days.one(today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1))
        case _:
            return Days.one(today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1))


def month_day(found: re.Match[str], today: date) -> Days | None:
    """Read a day of a month, of the next year that has it where none was said."""
    groups, day, month = found.groupdict(), _number(found), _month(found)
    if month > 12 >= day and "-" not in found[0]:
        # Day first, unless it can only be month first. The reply names the day in words.
        day, month = month, day
    if year := groups.get("year"):
        return _one_of(int(year) % 2000 + 2000, month, day, date.min)
    years = range(today.year, today.year + 9)
    return next((days for y in years if (days := _one_of(y, month, day, today))), None)


def day_of_month(found: re.Match[str], today: date) -> Days | None:
    day, month = _number(found), today.replace(day=1)
    ahead = [1] if found.groupdict().get("whose") == "next" else range(13)
    shown = [month + relativedelta(months=each) for each in ahead]
    return next((days for m in shown if (days := _one_of(m.year, m.month, day, today))), None)


def _number(found: re.Match[str]) -> int:
    groups = found.groupdict()
    return int(groups["num"]) if groups.get("num") else ORDINALS[groups["ord"]]


def _month(found: re.Match[str]) -> int:
    said = found["month"]
    return int(said) if said.isdigit() else _MONTHS.index(said[:3]) + 1


def _one_of(year: int, month: int, day: int, after: date) -> Days | None:
    """Return a day if there is one such, and it comes after another."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Days.one(found) if found > after else None


def holiday(found: re.Match[str], today: date) -> Days:
    name = found["holiday"].replace("'", "")
    fixed = HOLIDAYS.get(name)
    days = (
        date(year, *fixed) if fixed else easter(year) + timedelta(days=EASTER[name])
        for year in (today.year, today.year + 1)
    )
    return Days.one(next(day for day in days if day > today))


def away(found: re.Match[str], today: date) -> Days | None:
    groups, length = found.groupdict(), duration(found["length"])
    if length.seconds:
        return None
    start = today + timedelta(days=groups.get("start") == "tomorrow")
    if groups.get("weekday"):
        start = weekday(found, today).first
    return Days.one(length.after(start, -1 if groups.get("ago") else 1))


def coming(found: re.Match[str], today: date) -> Days | None:
    length = duration(found["length"])
    last = length.after(today)
    return None if length.seconds else Days(today, last, last)


def period(found: re.Match[str], today: date) -> Days:
    which, unit = (found.groupdict().get("which") or "the").split(" ")[-1], found["unit"]
    ahead = 0 if unit == "weekend" and which == "coming" else _AHEAD.get(which, 0)
    first, last = _whole(unit, today, ahead)
    if ahead:
        return Days(first, last, first)
    first = max(first, today)
    return Days(first, last, first if unit == "weekend" else last)


def _whole(unit: str, today: date, ahead: int) -> tuple[date, date]:
    match unit:
        case "day" | "today":
            return today, today
        case "week" | "weekend":
            first = today + timedelta(days=7 * ahead - today.weekday())
            return first + timedelta(days=5 * (unit == "weekend")), first + timedelta(days=6)
        case "month":
            first = today.replace(day=1) + relativedelta(months=ahead)
            return first, first + relativedelta(months=1, days=-1)
        case _:
            return date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31)


def edge_of(found: re.Match[str], today: date) -> Days:
    groups: Mapping[str, str | None] = found.groupdict()
    if groups.get("month"):
        first, last = _named_month(found, today)
    else:
        short = {"d": "day", "w": "week", "m": "month", "y": "year"}
        unit = groups.get("unit") or short[found["short"][-1]]
        first, last = _whole(unit, today, _AHEAD.get(groups.get("which") or "", 0))
    edge = groups.get("edge") or "end"
    if edge.startswith(("beg", "start", "first")):
        return Days.one(first)
    return Days.one(last if edge != "middle" else first + (last - first) // 2)


def _named_month(found: re.Match[str], today: date) -> tuple[date, date]:
    month, year = _month(found), found["year"]
    first = date(int(year) if year else today.year + (month < today.month), month, 1)
    return first, first + relativedelta(months=1, days=-1)


def in_month(found: re.Match[str], today: date) -> Days:
    first, last = _named_month(found, today)
    return Days(first, last, max(first, today) if first.month != today.month else last)
