"""Days and periods: "next friday", "the 3rd", "end of the month", "this week"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from services.assistant.language.dates.durations import duration
from services.assistant.language.lexicon.vocabulary import words_in_order

WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "wed": 2, "weds": 2,
    "thursday": 3, "thurs": 3, "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5,
    "sunday": 6, "sun": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4,
    "may": 5, "june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9,
    "sept": 9, "sep": 9, "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12,
    "dec": 12,
}  # fmt: skip
ORDINALS = {
    word: number
    for number, word in enumerate(
        words_in_order(
            """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
            thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
        ),
        1,
    )
} | {"thirtieth": 30}
HOLIDAYS: dict[str, Callable[[int], date]] = {
    "new year's day": lambda year: date(year, 1, 1),
    "new years day": lambda year: date(year, 1, 1),
    "valentine's day": lambda year: date(year, 2, 14),
    "valentines day": lambda year: date(year, 2, 14),
    "good friday": lambda year: easter(year) - timedelta(days=2),
    "easter sunday": easter,
    "easter monday": lambda year: easter(year) + timedelta(days=1),
    "halloween": lambda year: date(year, 10, 31),
    "christmas eve": lambda year: date(year, 12, 24),
    "christmas day": lambda year: date(year, 12, 25),
    "christmas": lambda year: date(year, 12, 25),
    "easter": easter,
    "boxing day": lambda year: date(year, 12, 26),
    "new year's eve": lambda year: date(year, 12, 31),
    "new years eve": lambda year: date(year, 12, 31),
}


@dataclass(frozen=True)
class Days:
    """A day to be due on, and the period it stands for in a list."""

    first: date
    last: date
    due: date

    @classmethod
    def one(cls, day: date) -> "Days":
        return cls(day, day, day)


def named_day(found: re.Match[str], today: date) -> Days | None:
    offset = {
        "today": 0, "tonight": 0, "now": 0, "tomorrow": 1, "yesterday": -1,
        "the day after tomorrow": 2, "day after tomorrow": 2, "overmorrow": 2,
        "the day before yesterday": -2, "last night": -1,
    }[SPELLINGS.get(found["named"], found["named"])]  # fmt: skip
    return Days.one(today + timedelta(days=offset))


SPELLINGS = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tomorow": "tomorrow", "tommorow": "tomorrow",
    "tommorrow": "tomorrow", "2morrow": "tomorrow", "tmw": "tomorrow", "tomorro": "tomorrow",
    "todays": "today",
}  # fmt: skip


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weekday(found: re.Match[str], today: date) -> Days | None:
    wanted = WEEKDAYS[found["weekday"]]
    which = found.groupdict().get("which") or found.groupdict().get("whose") or ""
    this = _monday(today) + timedelta(days=wanted)
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
    groups = found.groupdict()
    day = int(groups["num"]) if groups.get("num") else ORDINALS[groups["ord"]]
    month = MONTHS[groups["month"]]
    if groups.get("year"):
        return _one_of(int(groups["year"]), month, day)
    coming = next((y for y in range(today.year, today.year + 9) if _after(y, month, day, today)), 0)
    return _one_of(coming, month, day)


def _after(year: int, month: int, day: int, today: date) -> bool:
    found = _one_of(year, month, day)
    return found is not None and found.first > today


def _one_of(year: int, month: int, day: int) -> Days | None:
    try:
        return Days.one(date(year, month, day))
    except ValueError:
        return None


def day_of_month(found: re.Match[str], today: date) -> Days | None:
    groups = found.groupdict()
    day = int(groups["num"]) if groups.get("num") else ORDINALS[groups["ord"]]
    month = today.replace(day=1)
    if (groups.get("whose") or "").startswith("next"):
        return _one_of(*(month + relativedelta(months=1)).timetuple()[:2], day)
    for ahead in range(13):
        shown = month + relativedelta(months=ahead)
        if _after(shown.year, shown.month, day, today):
            return _one_of(shown.year, shown.month, day)
    return None


def iso_day(found: re.Match[str], today: date) -> Days | None:
    return _one_of(int(found["y"]), int(found["m"]), int(found["d"]))


def numeric_day(found: re.Match[str], today: date) -> Days | None:
    # Day first, unless it can only be month first. The reply names the day in words.
    one, two = int(found["one"]), int(found["two"])
    day, month = (two, one) if two > 12 >= one else (one, two)
    year = int(found["y"] or 0)
    if year:
        return _one_of(year if year > 99 else 2000 + year, month, day)
    coming = next((y for y in (today.year, today.year + 1) if _after(y, month, day, today)), 0)
    return _one_of(coming, month, day)


def holiday(found: re.Match[str], today: date) -> Days | None:
    day = HOLIDAYS[found["holiday"]]
    coming = day(today.year)
    return Days.one(coming if coming > today else day(today.year + 1))


def away(found: re.Match[str], today: date) -> Days | None:
    length = duration(found["length"])
    if length.seconds:
        return None
    start = today
    if (found.groupdict().get("start") or "") == "tomorrow":
        start += timedelta(days=1)
    elif found.groupdict().get("weekday"):
        named = weekday(found, today)
        start = named.first if named else today
    ago = found.groupdict().get("ago")
    return Days.one(length.after(start, -1 if ago else 1))


def coming(found: re.Match[str], today: date) -> Days | None:
    length = duration(found["length"])
    if length.seconds:
        return None
    last = length.after(today)
    return Days(today, last, last)


def period(found: re.Match[str], today: date) -> Days | None:
    which, unit = (found.groupdict().get("which") or "the").split(" ")[-1], found["unit"]
    if unit == "weekend":
        saturday = _monday(today) + timedelta(days=5 + (7 if which == "next" else 0))
        if which == "last":
            saturday -= timedelta(days=7)
        return Days(max(saturday, today) if which != "last" else saturday,
                    saturday + timedelta(days=1), max(saturday, today))  # fmt: skip
    first, last = _whole(unit, today, {"next": 1, "coming": 1, "last": -1}.get(which, 0))
    if which in ("next", "coming", "last"):
        return Days(first, last, first)
    return Days(today, last, last)


def _whole(unit: str, today: date, ahead: int) -> tuple[date, date]:
    match unit:
        case "week":
            first = _monday(today) + timedelta(days=7 * ahead)
            return first, first + timedelta(days=6)
        case "month":
            first = today.replace(day=1) + relativedelta(months=ahead)
            return first, first + relativedelta(months=1, days=-1)
        case _:
            first = date(today.year + ahead, 1, 1)
            return first, date(first.year, 12, 31)


def edge_of(found: re.Match[str], today: date) -> Days | None:
    groups = found.groupdict()
    if groups.get("short"):
        unit, which = (
            {"eod": "day", "eow": "week", "eom": "month", "eoy": "year"}[found["short"]],
            "",
        )
    elif groups.get("month"):
        first, last = _named_month(groups["month"], groups.get("year"), today)
        return Days.one(first if (found["edge"] or "").startswith(("beg", "start")) else last)
    else:
        unit, which = found["unit"], (groups.get("which") or "")
    if unit in ("day", "today"):
        return Days.one(today)
    first, last = _whole(unit, today, {"next": 1, "last": -1}.get(which, 0))
    edge = groups.get("edge") or "end"
    if edge.startswith(("beg", "start", "first")):
        return Days.one(first)
    return Days.one(last if edge != "middle" else first + (last - first) // 2)


def _named_month(name: str, year: str | None, today: date) -> tuple[date, date]:
    month = MONTHS[name]
    chosen = int(year) if year else today.year + (month < today.month)
    first = date(chosen, month, 1)
    return first, first + relativedelta(months=1, days=-1)


def in_month(found: re.Match[str], today: date) -> Days | None:
    first, last = _named_month(found["month"], found.groupdict().get("year"), today)
    return Days(first, last, max(first, today) if first.month != today.month else last)


def in_year(found: re.Match[str], today: date) -> Days | None:
    year = int(found["year"])
    return Days(date(year, 1, 1), date(year, 12, 31), date(year, 12, 31))
