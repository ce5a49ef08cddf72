"""Correct misspelt commands and days."""

import re

from services.assistant.language.lexicon.vocabulary import COMMANDS
from services.assistant.language.lexicon.words import is_typo

_SHORTHAND = (
    (re.compile(r"(?i)\b(me|have|need|want) 2 (?=[a-z])"), r"\1 to "),
    (
        re.compile(
            r"(?i)\b(today|tomorrow|(?:this|next) (?:week|month)"
            r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)'?s "
            r"(tasks?|todos?|to-dos?|list|agenda|plan|schedule|deadlines?|items|things)\b"
        ),
        r"\2 for \1",
    ),
)
# Too short to be told from other words by their letters.
_SHORT = {
    "abut": "about", "abot": "about", "abuot": "about", "teh": "the", "taht": "that",
    "wiht": "with", "adn": "and", "ot": "to", "tsak": "task", "lsit": "list", "shwo": "show",
}  # fmt: skip


def spelled_out(said: str) -> str:
    """Return a message with shorthand written out: "remind me 2 call", "today's tasks"."""
    for written, meant in _SHORTHAND:
        said = written.sub(meant, said)
    return said


def corrected(said: str) -> str:
    """Return a message with misspelt commands and days put right."""
    return re.sub(r"[^\W\d_]{3,}", _right, said)


def _right(found: re.Match[str]) -> str:
    word = found[0].lower()
    if word in COMMANDS:
        return found[0]
    return _SHORT.get(word) or next((c for c in sorted(COMMANDS) if is_typo(word, c)), found[0])
