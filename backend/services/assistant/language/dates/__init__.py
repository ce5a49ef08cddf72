"""Dates, times and durations in plain English.

An own grammar: of the phrases of `evaluation/dev.jsonl` it reads more, and takes fewer other words
for dates, than dateparser, parsedatetime and recurrent (figures: evaluation/README.md). Calendars
and zones are the libraries': dateutil and zoneinfo.
"""

from services.assistant.language.dates.durations import (
    DURATION,
    Duration,
    Shift,
    find_before,
    find_shift,
)
from services.assistant.language.dates.grammar import When, find_dates
from services.assistant.language.dates.moments import (
    END_OF_DAY,
    MORNING,
    Reading,
    end_of_day,
    moment_of,
)

__all__ = [
    "DURATION",
    "END_OF_DAY",
    "MORNING",
    "Duration",
    "Reading",
    "Shift",
    "When",
    "end_of_day",
    "find_before",
    "find_dates",
    "find_shift",
    "moment_of",
]
