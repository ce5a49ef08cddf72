"""Find the dates of a sentence: days, times, and what they are together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.assistant.language.dates.clocks import CLOCK, PART_OF_DAY, PARTS, Clock, read_clock
from services.assistant.language.dates.day_forms import DAYS
from services.assistant.language.dates.days import Days
from services.assistant.language.dates.durations import DURATION, duration
from services.assistant.language.dates.moments import Reading

_ELAPSED = re.compile(
    rf"\b(?:(?:in|within) (?P<length>{DURATION})|(?P<away>{DURATION}) from now)\b(?! the next)"
)
# What may stand between a day and a time that belong together.
_BETWEEN = re.compile(",? ?(?:at|on|in|the|and|-|\N{EN DASH}|@)?(?: the)? ?")
_END_OF_DAY = re.compile(r"\b(?:eod|end of (?:the |this )?(?:day|today))\b")
_RELATIONS = re.compile(r"(?:by|before|until|till|til|after|since|from|to)\b")


@dataclass(frozen=True)
class When:
    """A date of a sentence.

    Args:
        start, end: where it stands, its preposition included.
        reading: the day, the time, or both.
        period: first and last day it stands for in a list.
        relation: the preposition that changes its meaning in a list, such as "by" or "after".
        impossible: it names a day or a time that does not exist.
    """

    start: int
    end: int
    reading: Reading
    period: tuple[date, date] | None = None
    relation: str | None = None
    impossible: bool = False


def no_such(when: When | None) -> str:
    """Return what is wrong with a date that there is none of."""
    return "That day or time does not exist. " if when and when.impossible else ""


@dataclass(frozen=True)
class _Atom:
    start: int
    end: int
    days: Days | None = None
    clock: Clock | None = None
    part: str | None = None
    instant: datetime | None = None
    impossible: bool = False
    alone: bool = True


def find_dates(text: str, now: datetime) -> list[When]:
    """Return the dates of a text, as they stand.

    Args:
        text: lower case, runs of white space as one blank.
        now: aware, in the user's zone: it decides what "tomorrow" and "5pm" are.
    """
    atoms = _merge(_longest(list(_atoms(text, now))), text)
    return [_when(atom, text, now) for atom in atoms if atom.alone]


def _atoms(text: str, now: datetime) -> Iterator[_Atom]:
    today = now.date()
    for pattern, read, strict in DAYS:
        for found in pattern.finditer(text):
            days = read(found, today)
            if days or strict:
                part = "tonight" if "tonight" in found[0] else None
                yield _Atom(*found.span(), days=days, part=part, impossible=days is None)
    for found in _ELAPSED.finditer(text):
        length = duration(found["length"] or found["away"])
        if length.seconds:
            yield _Atom(*found.span(), instant=length.from_moment(now))
    for pattern in CLOCK:
        for found in pattern.finditer(text):
            clock = read_clock(found)
            impossible = clock.time() is None
            # "at 25:00" is a time said wrongly; without the "at" it may be anything.
            if not impossible or clock.half or found[0][0].isalpha():
                yield _Atom(*found.span(), clock=clock, part=clock.part, impossible=impossible)
    for found in PART_OF_DAY.finditer(text):
        alone = found[0].startswith(("this ", "in the ", "during the "))
        yield _Atom(*found.span(), part=found["name"], alone=alone)


def _longest(atoms: list[_Atom]) -> list[_Atom]:
    """Keep what does not overlap: first come first, and of those at one place the longest."""
    kept: list[_Atom] = []
    for atom in sorted(atoms, key=lambda a: (a.start, -a.end, a.impossible, not a.alone)):
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
        elif atom.end - atom.start > kept[-1].end - kept[-1].start:
            kept[-1] = atom
    return kept


def _merge(atoms: list[_Atom], text: str) -> list[_Atom]:
    merged: list[_Atom] = []
    for atom in atoms:
        before = merged[-1] if merged else None
        if before and _fit(before, atom) and _BETWEEN.fullmatch(text, before.end, atom.start):
            merged[-1] = replace(
                before,
                end=atom.end,
                days=before.days or atom.days,
                clock=before.clock or atom.clock,
                part=before.part or atom.part,
                impossible=before.impossible or atom.impossible,
                alone=True,
            )
        else:
            merged.append(atom)
    return merged


def _fit(one: _Atom, two: _Atom) -> bool:
    """Tell whether two neighbours say different things about one moment."""
    if one.instant or two.instant:
        return False
    one_day, two_day = bool(one.days) or one.impossible, bool(two.days) or two.impossible
    # "tonight" is a day and a part of it: it may stand beside a time, and a part beside a day.
    return (
        not (one_day and two_day)
        and not (one.clock and two.clock)
        and (one_day or two_day or one.part is None or two.part is None)
    )


def _when(atom: _Atom, text: str, now: datetime) -> When:
    said = text[atom.start : atom.end]
    relation = _RELATIONS.match(said)
    clock = PARTS[atom.part] if atom.part else None
    clock = atom.clock.time(atom.part) if atom.clock else clock
    impossible = atom.impossible or (atom.clock is not None and clock is None)
    day = atom.days.due if atom.days else atom.instant.date() if atom.instant else None
    if day is None and (atom.part == "tonight" or (atom.part and "this " in said)):
        day = now.date()
    if atom.clock and atom.clock.ends_the_day:
        day = (day or now.date()) + timedelta(days=1)
    reading = Reading(day, clock, ends=bool(_END_OF_DAY.search(said)))
    if atom.instant or impossible:
        reading = Reading(instant=atom.instant)
    period = (atom.days.first, atom.days.last) if atom.days else (day, day) if day else None
    return When(
        atom.start, atom.end, reading, period, relation[0] if relation else None, impossible
    )
