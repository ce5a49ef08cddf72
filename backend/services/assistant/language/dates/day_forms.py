"""Forms of days and periods, and the function that reads each of them."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from services.assistant.language.dates import days
from services.assistant.language.dates.days import EASTER, HOLIDAYS, NAMED, Days
from services.assistant.language.dates.durations import DURATION
from services.assistant.language.lexicon.numbers import ORDINALS

Read = Callable[[re.Match[str], date], Days | None]


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|tues?|thurs?|thu|weds|fri"
# Words of their own: only where nothing but a day makes sense.
_SHORT_WEEKDAY = "mon|wed|sat|sun"
_ANY_WEEKDAY = rf"(?P<weekday>{_WEEKDAY}|{_SHORT_WEEKDAY})"
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_MONTH = f"(?P<month>{_MONTHS}|mar(?:ch)?|may|jun)"
# "may" and "march" are words of their own too.
_PLAIN_MONTH = f"(?P<month>{_MONTHS})"
_NUM = r"(?P<num>\d{1,2})(?:st|nd|rd|th)?"
_NTH = r"(?P<num>\d{1,2})(?:st|nd|rd|th)"
_ORD = f"(?P<ord>{_any(ORDINALS)})"
_NOT_A_TASK = r"(?! ?(?:one|ones|task|tasks|item|items|entry|thing)\b)"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_OF_MONTH = "(?: (?:of )?(?P<whose>next|this) month)?"
_BY = "(?:on|by|until|till|til|before|after|since|for)"
_ON = "(?:(?:on|by|until|till|til|before|after|since|for|from|to|as of|not later than) )?"
_NAMED = f"(?:the (?=day))?(?:{_any(NAMED)})"
_WHICH = "(?P<which>this coming|this|next|last|coming|the coming|the next)"
_LONG_HOLIDAY = _any(n.replace("s ", "'?s ") for n in (*HOLIDAYS, *EASTER) if " " in n)
_SHORT_HOLIDAY = "(?P<holiday>christmas|easter|halloween)"
# "send christmas cards" has no date.
_NOT_CARDS = "(?! (?:cards?|presents?|gifts?|party|dinner|eggs?|costume|tree|market|shopping))"
_LENGTH = f"(?P<length>{DURATION})"
_EDGE = "(?P<edge>very end|end|beginning|start|middle|last day|first day)"

# Here a match that is no day, such as april 31, is a day said wrongly.
_DATES: tuple[tuple[str, Read], ...] = (
    (rf"{_ON}(?P<year>20\d\d)-(?P<month>\d\d?)-(?P<num>\d\d?)", days.month_day),
    (rf"{_ON}(?P<num>\d\d?)/(?P<month>\d\d?)(?:/(?P<year>\d{{4}}|\d\d))?(?!/)", days.month_day),
    (rf"{_ON}(?P<num>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{{4}}|\d\d)?", days.month_day),
    (rf"{_ON}(?:the )?(?:{_NUM}|{_ORD})(?: of)? {_MONTH}{_YEAR}", days.month_day),
    (
        rf"{_ON}{_MONTH}\.? (?:the )?(?:{_NUM}|{_ORD})(?![:.]\d|\d|[ap]m| ?o'clock){_YEAR}"
        r"(?! ?(?:am|pm)\b)",
        days.month_day,
    ),
    (rf"{_ON}the {_NTH}{_OF_MONTH}{_NOT_A_TASK}", days.day_of_month),
)
_WORDS: tuple[tuple[str, Read], ...] = (
    (rf"{_ON}(?P<named>{_NAMED})", days.named_day),
    (rf"{_BY} the {_ORD}{_OF_MONTH}{_NOT_A_TASK}(?! (?:and|or) the )", days.day_of_month),
    (rf"{_ON}(?:the )?{_ANY_WEEKDAY} (?:of |in )?(?P<whose>next|this) week", days.weekday),
    (rf"{_ON}(?P<whose>next|this) week,? (?:on )?{_ANY_WEEKDAY}", days.weekday),
    (rf"{_ON}{_WHICH} {_ANY_WEEKDAY}", days.weekday),
    (rf"{_ON}(?:the )?(?P<weekday>{_WEEKDAY})", days.weekday),
    (
        rf"{_ON}(?P<weekday>{_SHORT_WEEKDAY})(?=$|[.,!?;]| (?:at |@ ?)?\d{{1,2}}(?:[:.]\d\d|\b)"
        r"| (?:morning|afternoon|evening|night|noon)\b)",
        days.weekday,
    ),
    (rf"(?:{_BY} )?(?:the )?(?P<holiday>{_LONG_HOLIDAY})", days.holiday),
    (rf"(?:on|by|before|until|till|after|at) {_SHORT_HOLIDAY}{_NOT_CARDS}", days.holiday),
    (
        rf"(?:{_BY} |in |within )?{_LENGTH}(?:'s time)? (?:from|after) "
        rf"(?P<start>today|now|tomorrow|(?:next )?(?P<weekday>{_WEEKDAY}))",
        days.away,
    ),
    (rf"{_ON}(?:in|within) {_LENGTH}(?:'s? time)?", days.away),
    (rf"{_LENGTH} (?P<ago>ago)", days.away),
    (rf"(?:(?:in|for|over|within|during) )?(?:the )?(?:next|coming) {_LENGTH}", days.coming),
    (
        rf"(?:{_ON}|in |over |during |later )(?:{_WHICH}|(?P<the>the)) (?P<unit>weekend)",
        days.period,
    ),
    (
        rf"(?:{_ON}|in |over |during |later |sometime )(?:the )?{_WHICH} "
        r"(?P<unit>week|month|year)(?! ?end)",
        days.period,
    ),
    (
        rf"{_ON}(?:at )?(?:the )?{_EDGE} of (?:the |(?P<which>this|next|last) )?"
        "(?P<unit>day|today|week|month|year)",
        days.edge_of,
    ),
    (rf"{_ON}(?:at )?(?:the )?{_EDGE} of {_MONTH}{_YEAR}", days.edge_of),
    (rf"{_ON}(?P<short>eod|eow|eom|eoy)", days.edge_of),
    (rf"(?:in|by|until|during|for|before|of) (?:early |late )?{_MONTH}{_YEAR}", days.in_month),
    (rf"{_PLAIN_MONTH}{_YEAR}(?=$|[?!.])", days.in_month),
)
# Each pattern, what reads it, and whether a match without a day is a mistake of whoever said it.
DAYS: tuple[tuple[re.Pattern[str], Read, bool], ...] = tuple(
    (re.compile(rf"(?<![\w'.]){form}(?![\w']|-\w)"), read, strict)
    for forms, strict in ((_DATES, True), (_WORDS, False))
    for form, read in forms
)
