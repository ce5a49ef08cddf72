"""Times of day: "5pm", "half past five", "at noon", "in the evening"."""

import re
from dataclasses import dataclass
from datetime import time

from services.assistant.language.dates.durations import number
from services.assistant.language.lexicon.numbers import COUNTS

_HOUR_WORDS = "|".join(word for word, value in COUNTS.items() if 1 <= value <= 12)
_HOUR = rf"(?:\d{{1,2}}|{_HOUR_WORDS})"
_MINUTES = r"(?:five|ten|twenty|twenty-five|\d{1,2})"
# When a part of the day is meant as a time; README of evaluation/ has the list.
PARTS = {
    "morning": time(9), "noon": time(12), "midday": time(12), "lunchtime": time(12),
    "lunch": time(12), "afternoon": time(15), "evening": time(18), "tonight": time(20),
    "night": time(20),
}  # fmt: skip
_PART = r"(?P<part>morning|afternoon|evening|night)"
_IN_PART = rf"(?:,? ?(?:in the|at|this|in) {_PART}|,? (?P<tonight>tonight))?"
_AROUND = r"(?:at|by|until|till|til|before|after|around|about|from|for|to|@|at around|at about)"

_FORMS = (
    # half past five, quarter to six, ten past 7, twenty to six
    rf"(?:{_AROUND} )?(?:a )?(?P<fraction>half|quarter|{_MINUTES})(?: minutes?)? "
    rf"(?P<way>past|to|before|after) (?P<of>{_HOUR})(?: ?(?P<half>am|pm))?{_IN_PART}",
    # 5pm, 5:30 pm, 5.30pm, 11 p.m.
    rf"(?:{_AROUND} ?)?(?P<hour>{_HOUR})(?:[:.h](?P<minute>[0-5]\d))? ?"
    rf"(?P<half>am|pm|a\.m\.?|p\.m\.?){_IN_PART}",
    # 17:00, 18h30
    rf"(?:{_AROUND} ?)?(?P<hour>\d{{1,2}})[:h](?P<minute>[0-5]\d)(?: ?(?:h|hrs|o'clock|uhr))?"
    rf"{_IN_PART}",
    # five o'clock
    rf"(?:{_AROUND} )?(?P<hour>{_HOUR}) ?o'?clock{_IN_PART}",
    # at 5, by eight, until 4: only after such a word, or before a part of the day
    rf"(?:at|by|until|till|til|around|before|after|@) ?(?P<hour>{_HOUR})(?:ish)?{_IN_PART}"
    r"(?! ?[%€$£°]|[:.,]?\d| (?:of|euros?|dollars?|people|percent|times|tasks?|items?|minutes?"
    r"|mins?|hours?|days?|weeks?|months?|years?|more)\b)",
    rf"(?P<hour>{_HOUR}) (?:in the {_PART}|(?P<tonight>tonight))",
    r"(?:(?:at|by|until|before|around|after) )?(?:12 )?(?P<name>noon|midday|midnight)",
    r"(?:at|by|until|before|around|after|over) (?P<name>lunchtime|lunch)(?: time)?",
)
# Only beside a day, or with "this" or "in the": "good morning" is no time.
_PARTS_ALONE = (
    r"(?:(?:in|during|by|until|for|on) )?(?:the |this )?(?:early |late )?"
    r"(?P<name>morning|afternoon|evening|night)"
)
CLOCK = tuple(re.compile(rf"\b{form}(?![\w'])") for form in _FORMS)
PART_OF_DAY = re.compile(rf"\b{_PARTS_ALONE}\b(?!')")


@dataclass(frozen=True)
class Clock:
    """A time of day as it was said: "at 5" is no time yet until its part of the day is known."""

    hour: int
    minute: int = 0
    half: str | None = None
    part: str | None = None
    exact: bool = False

    @property
    def ends_the_day(self) -> bool:
        """Tell midnight: the moment at which the named day is over."""
        return self.hour == 24 and not self.minute

    def time(self, part: str | None = None) -> time | None:
        """Return the time; None when there is none such, like 25:00.

        Args:
            part: the part of the day that was named beside it, "evening" of "tomorrow evening".
        """
        part = self.part or part
        hour = 0 if self.ends_the_day else self.hour
        if self.half:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if self.half == "pm" else 0)
        elif part in ("afternoon", "evening", "tonight", "night"):
            # "at 2 at night" is after midnight.
            hour += 12 if hour < 12 and not (part == "night" and hour < 6) else 0
        elif part is None and 1 <= hour <= 6 and not self.exact:
            # Nobody means the small hours without saying so; 05:30 does say so.
            hour += 12
        return time(hour, self.minute) if hour < 24 and self.minute < 60 else None


def read_clock(found: re.Match[str]) -> Clock:
    """Return what a match of CLOCK or PART_OF_DAY says."""
    groups = found.groupdict()
    name = groups.get("name")
    if name == "midnight":
        return Clock(24)
    if name:
        return Clock(PARTS[name].hour, exact=True, part=name)
    part = groups.get("part") or groups.get("tonight")
    half = (groups.get("half") or "").replace(".", "") or None
    if groups.get("of"):
        hour, said = int(number(groups["of"])), groups["fraction"]
        minutes = {"half": 30, "quarter": 15}.get(said) or int(number(said))
        if groups["way"] in ("past", "after"):
            return Clock(hour, minutes, half, part)
        return Clock((hour - 1) or 12, 60 - minutes, half, part)
    minute = groups.get("minute")
    exact = bool(minute) and len(groups["hour"]) == 2
    return Clock(int(number(groups["hour"])), int(minute or 0), half, part, exact)
