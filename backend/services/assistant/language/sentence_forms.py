"""Forms of sentences, written as people say them, and what they match.

    form("(set|make) [the] priority of TASK to LEVEL")

Round brackets hold alternatives, square ones what may be left out, with the space beside it. A word
in capitals is a slot: what it takes is a group of that name in lower case. `%word` is a set of
words that many forms share. Everything else stands for itself.
"""

import re
from collections.abc import Mapping
from functools import cache

from services.assistant.language.lexicon.vocabulary import LEVELS
from services.assistant.language.sentence import D, H, Q

LEVEL = f"(?:{'|'.join(sorted(frozenset().union(*LEVELS.values()), reverse=True))})"
LIST = (
    "(?:my|the|our|this) (?:(?:to-?do|task|personal|work)s? )?"
    "(?:lists?|tasks|todos|to-dos|agenda|backlog|inbox)"
)
# Bounded, as a slot is tried at each word: a name of 40 letters, and five of them.
NAME = rf"(?:{Q}|{H}|[\w-]{{1,40}})"
NAMES = rf"{NAME}(?:(?:, ?and |, ?| and | & ){NAME}){{0,4}}"

# What a slot takes; any other takes anything.
_SLOTS: Mapping[str, str] = {
    "LEVEL": LEVEL,
    "QUOTED": Q,
    "TAGS": NAMES,
    "FIELD": "(?:title|name|priority|prio|importance|notes?|descriptions?|details?|comments?)",
    "OLD": NAME,
    "HASHTAGS": rf"{H}(?:(?:, ?| and | ){H}){{0,4}}",
    "DATE": D,
    "PHRASE": "[^,]+?",
    "PRONOUN": "(?:it|that|this|them|both|those|these|all)",
}
_SHARED: Mapping[str, str] = {
    "%priority": "(?:priority|prio|importance)",
    "%tag": "(?:tags?|labels?|hashtags?|category)",
    "%note": "(?:notes?|descriptions?|details?|comments?|desc)",
    "%due": "(?:due ?dates?|due times?|deadlines?|due|dates?|times?|day)",
    "%bell": "(?:reminders?|alarms?|alerts?|notifications?|notice)",
    "%list": LIST,
    "%colon": r"\s*(?:[:,=-]|->)\s*",
    "%hyphen": "[- ]",
}
_PART = re.compile(r"%[a-z]+|[A-Z]{3,}| |[()|\[\]]|[^%()|\[\] A-Z]+")


@cache
def form(template: str) -> re.Pattern[str]:
    """Return the pattern of a form."""
    return re.compile(_pattern(_PART.findall(template)))


def forms(*templates: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of some forms, in the order in which they are tried."""
    return tuple(form(template) for template in templates)


def _pattern(parts: list[str]) -> str:
    written: list[str] = []
    leading: list[bool] = []
    place = 0
    while place < len(parts):
        part = parts[place]
        following = parts[place + 1] if place + 1 < len(parts) else ""
        if part == " " and following == "[":
            # "TASK [now]": the space before it is left out with it.
            leading.append(True)
            written.append("(?: (?:")
            place += 1
        elif part == "[":
            leading.append(False)
            written.append("(?:(?:")
        elif part == "]" and not leading.pop():
            written.append(") )?" if following == " " else "))?")
            place += following == " "
        else:
            written.append(_translated(part))
        place += 1
    return "".join(written)


def _translated(part: str) -> str:
    match part:
        case "(":
            return "(?:"
        case "]":
            return "))?"
        case ")" | "|":
            return part
        case _ if part.startswith("%"):
            return _SHARED[part]
        case _ if part.isupper() and part.isalpha() and len(part) > 2:
            return f"(?P<{part.lower()}>{_SLOTS.get(part, '.+?')})"
        case _:
            return re.escape(part)
