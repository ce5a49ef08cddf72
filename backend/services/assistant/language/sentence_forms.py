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

LEVEL = f"(?:{'|'.join(sorted(frozenset[str]().union(*LEVELS.values()), reverse=True))})"
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
_PART = re.compile(r"%[a-z]+|[A-Z]{3,}| |[()|{}]|[^%()|{} A-Z]+")
_SIGNS = {"(": "(?:", "{": "(?:", "}": ")?", ")": ")", "|": "|"}


@cache
def form(template: str) -> re.Pattern[str]:
    """Return the pattern of a form."""
    # "TASK [now]" leaves out the space before it, "[the] TASK" the one after it.
    optional = re.sub(
        r" \[(.*?)\]|\[(.*?)\]( ?)",
        lambda f: f"{{ ({f[1]})}}" if f[1] else f"{{({f[2]}){f[3]}}}",
        template,
    )
    return re.compile("".join(map(_translated, _PART.findall(optional))))


def forms(*templates: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of some forms, in the order in which they are tried."""
    return tuple(form(template) for template in templates)


def _translated(part: str) -> str:
    if part.startswith("%"):
        return _SHARED[part]
    if part.isupper() and part.isalpha() and len(part) > 2:
        return f"(?P<{part.lower()}>{_SLOTS.get(part, '.+?')})"
    return _SIGNS.get(part) or re.escape(part)
