"""Attributes of a new task beside its title: dates, priority, tags, a note."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enumerations import Priority
from services.assistant.engines.offline.planning.filters import RANKED, RANKS
from services.assistant.language.dates.durations import Shift, find_before
from services.assistant.language.dates.grammar import When
from services.assistant.language.dates.moments import END_OF_DAY, MORNING
from services.assistant.language.sentence import D, H, Piece
from services.assistant.language.sentence_forms import LIST, NAMES

# After a comma, or after "with a": "compare notes" is a title.
_NOTE = (
    r"(?:[,;.(-]{1,3} ?(?:and |with )?(?:(?:a|the) )?|\bwith (?:a|the) )"
    r"(?:notes?|descriptions?|details?|desc|comment)"
    r"(?: (?:that says|saying|that|is))?\s*(?::|=|-)?\s*(?P<note>.+?)\)?$"
)
_TAGGED = (
    r"[,;(]?\s*(?:and )?\b(?:(?:tag|label) (?:it|this|that|them)|tagged|labell?ed"
    r"|(?:with|under) (?:the )?(?:tags?|labels?)|(?:tags?|labels?):)"
    rf"(?: (?:with|as|under))? (?P<tags>{NAMES})\)?"
)
_PRIORITY = (
    r"[,;(]?\s*(?:and )?(?:(?:make|mark) (?:it|this|that) )?(?:(?:with|at|as|of|is|it's|has) )?"
    rf"(?:(?:a|the) )?(?:very )?(?:{RANKED})\)?:?"
    r"|^(?:an? )?(?P<level3>urgent|important)(?: task| todo)?:"
)
_REMINDER = (
    r"[,;.]?\s*(?:and )?(?:(?:please )?(?:remind|ping|alert|notify|nudge) me(?: (?:about|of) it)?"
    r"|(?:with|set|add) (?:a |an )?(?:reminder|alarm|alert)(?: for)?)\s*(?P<when>.*?)"
    rf"(?:,? (?:and )?due (?P<due>{D}))?$"
)
_LIST = (
    rf",?\s*\b(?:(?:to|on|onto|in|into) {LIST}"
    r"|as (?:a |an |\w+ )?(?:new |separate |single )*(?:tasks?|todos?))\b"
)
_LEAD = re.compile(
    r"(?:(?:to|for|that|and|please|the following|about)(?![\w'])[ ,:-]*+|[:,-]++\s*+)++"
)
_TAIL = re.compile(r"(?<![\s,;:(-])(?:[\s,;:(-]++(?:by|at|due|with|and|until|please|pls)?+){1,6}+$")


@dataclass
class Attributes:
    """The attributes that were said of a new task.

    Args:
        before: how long before it is due to remind of it.
        impossible: a day or a time that does not exist.
    """

    title: Piece
    due: When | None = None
    remind: When | None = None
    before: Shift | None = None
    impossible: When | None = None
    priority: Priority | None = None
    tags: list[str] = field(default_factory=list[str])
    note: str | None = None

    def arguments(self, title: str, now: datetime) -> dict[str, Any]:
        """Return the arguments of add_task."""
        due = self.due.reading.moment(now, END_OF_DAY) if self.due else None
        remind = self.remind.reading.moment(now, MORNING, due) if self.remind else None
        if self.before and due:
            remind = self.before.before(due, MORNING)
        found = {
            "due_at": due.isoformat() if due else None,
            "remind_at": remind.isoformat() if remind else None,
            "priority": self.priority.value if self.priority else None,
            "tags": list(dict.fromkeys(self.tags)),
            "description": self.note,
        }
        return {"title": title} | {name: value for name, value in found.items() if value}


def read_attributes(piece: Piece) -> Attributes:
    """Take everything that is no title out of a piece."""
    found = Attributes(piece)
    said = piece.search(_REMINDER)
    if said and (said["when"].dates or find_before(said["when"].text)):
        found.remind, found.before = said["when"].date, find_before(said["when"].text)
        found.due = (said.get("due") or piece.empty).date
        piece = said.before
    if said := piece.search(_NOTE):
        found.note, piece = said["note"].trimmed().written, said.before
    if said := piece.search(_TAGGED):
        found.tags += names_of(said["tags"])
        piece = piece.without(re.escape(said.match[0]))
    found.tags += piece.tags
    piece = piece.without(H)
    if said := piece.search(_PRIORITY):
        found.priority = RANKS[(said.first("level", "level2", "level3") or piece).text]
        piece = piece.without(re.escape(said.match[0]))
    if piece.dates:
        found.due = next((when for when in piece.dates if not when.reading.empty), None)
        found.impossible = next((when for when in piece.dates if when.impossible), None)
        piece = piece.without(rf",?\s*(?:\bdue )?{D}")
    found.title = clean(piece.without(_LIST))
    return found


def names_of(piece: Piece) -> list[str]:
    """Return the tags that a piece names, without marks and in lower case."""
    parts = [part.trimmed() for part in piece.split(r",? and |, ?| & | (?=\ue300)")]
    return [part.written.lstrip("#").lower() for part in parts if part]


def clean(piece: Piece) -> Piece:
    """Cut off what is left at the ends of a title when dates and tags are taken out."""
    piece = piece.trimmed(" ,;:-.!…")
    lead = _LEAD.match(piece.text)
    start = lead.end() if lead and lead.end() < len(piece.text) else 0
    tail = _TAIL.search(piece.text, start)
    end = tail.start() if tail else len(piece.text)
    return piece.part(start, max(end, start)).trimmed(" ,;:-.!?…")
