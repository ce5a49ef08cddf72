"""Conditions that choose tasks: done, overdue, due on a day, with a priority, a tag."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from enumerations import Priority
from schemas.tasks import TaskRead
from services.assistant.language.dates.grammar import When
from services.assistant.language.lexicon.vocabulary import LEVELS
from services.assistant.language.lexicon.words import alike, tokens
from services.assistant.language.sentence import D, H, Piece, Q
from services.assistant.language.sentence_forms import LEVEL
from services.assistant.language.task_context import Context

RANKS = {word: Priority(level) for level, words in LEVELS.items() for word in words}
_RANK = r"(?:priority|prio|importance)"
RANKED = rf"(?P<level>{LEVEL})[- ]{_RANK}\b|{_RANK}(?: is| of| to|:| =)? ?(?P<level2>{LEVEL})\b"
PRIORITY = rf"(?:{RANKED}|\b(?:most )?(?P<level3>urgent|important)\b)"
_DONE = "(?:done|finished|completed?)"
DONE = rf"(?<!be )(?<!get )(?<!getting )(?<!been )\b(?:{_DONE}|closed|ticked off|checked off)\b"
_ALL = (
    rf"\b(?:(?:including|also) (?:the )?{_DONE}(?: ones)?|{_DONE} (?:ones )?too|{_DONE} or not"
    rf"|(?:open|{_DONE}) (?:and|or|as well as) (?:open|{_DONE}))\b"
)
_OPEN = rf"\b(?:unfinished|uncompleted|incomplete|(?:not|isn't|aren't) (?:yet )?{_DONE}(?: yet)?)\b"
OVERDUE = r"\b(?:over ?due|past due|late|behind(?: schedule| on)?|missed)\b"
_TAGGED = rf"\b(?:tagged|labell?ed|with the (?:tag|label))(?: with| as)? (?P<tag>{Q}|[\w-]+)"


@dataclass(frozen=True)
class Conditions:
    """Conditions on a task; None and False hold of every one.

    Args:
        done: True for done ones, False for open ones, None where nothing was said.
        both: done and open ones were asked for.
        days: first and last day it is due on, either of them open-ended.
        at: the time of day it is due at.
    """

    done: bool | None = None
    both: bool = False
    overdue: bool = False
    days: tuple[date | None, date | None] | None = None
    at: tuple[int, int] | None = None
    tag: str | None = None
    priority: Priority | None = None

    @property
    def none(self) -> bool:
        return self == Conditions()

    def hold(self, task: TaskRead, now: datetime) -> bool:
        due = task.due_at.astimezone(now.tzinfo) if task.due_at else None
        first, last = self.days or (None, None)
        return (
            self.done in (None, task.completed)
            and not (self.overdue and (due is None or due >= now))
            and not (self.days and due is None)
            and (due is None or (first or date.min) <= due.date() <= (last or date.max))
            and self.at in (None, due and (due.hour, due.minute))
            and (not self.tag or self.tag in (tag.lower() for tag in task.tags))
            and self.priority in (None, task.priority)
        )


def read_conditions(piece: Piece, context: Context) -> tuple[Conditions, Piece]:
    """Return the conditions a piece names, and what is left of it without them."""
    found = Conditions()
    if piece.search(_ALL):
        found, piece = replace(found, both=True), piece.without(_ALL)
    elif piece.search(_OPEN):
        found, piece = replace(found, done=False), piece.without(_OPEN)
    elif piece.search(DONE):
        found, piece = replace(found, done=True), piece.without(DONE)
    if piece.search(OVERDUE):
        found, piece = replace(found, overdue=True), piece.without(OVERDUE)
    if said := piece.search(PRIORITY):
        level = said.first("level", "level2", "level3") or piece
        found, piece = replace(found, priority=RANKS[level.text]), piece.without(PRIORITY)
    tag, piece = _read_tag(piece, context)
    found = replace(found, tag=tag)
    if piece.dates:
        when, *_ = piece.dates
        clock = when.reading.clock
        at = (clock.hour, clock.minute) if clock else None
        found = replace(found, days=days_of(piece.dates), at=at)
        due = r"\b(?:that |which )?(?:is |are )?(?:due |scheduled |planned )(?:for )?"
        piece = piece.without(rf"(?:{due})?{D}|\bdue\b")
    return found, piece


def days_of(dates: list[When]) -> tuple[date | None, date | None] | None:
    """Return the days a list is asked for: one, a period, up to one, from one to another."""
    periods = [when.period for when in dates if when.period]
    if not periods:
        return None
    first, last = periods[0]
    if len(periods) > 1:
        return first, periods[-1][1]
    match dates[0].relation:
        case "by" | "until" | "till" | "til" | "to":
            return None, last
        case "before":
            return None, date.fromordinal(first.toordinal() - 1)
        case "after":
            return date.fromordinal(last.toordinal() + 1), None
        case "since":
            return first, None
        case _:
            return first, last


def _read_tag(piece: Piece, context: Context) -> tuple[str | None, Piece]:
    if piece.tags:
        return piece.tags[0], piece.without(H)
    if said := piece.search(_TAGGED):
        return said["tag"].written.lower(), piece.without(re.escape(said.match[0]))
    for word in re.findall(r"[\w-]+", piece.text):
        tag = context.tag_of(word)
        named = (name for task in context.open for name in tokens(task.title))
        if tag and not any(alike(word, name) for name in named):
            return tag, piece.without(rf"\b{re.escape(word)}\b")
    return None, piece
