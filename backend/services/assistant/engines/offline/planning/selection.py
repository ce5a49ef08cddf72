"""Select the tasks a phrase means: by reference, by conditions, by the words of their titles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.tasks import TaskRead
from services.assistant.engines.offline.planning.filters import Conditions, read_conditions
from services.assistant.language import references
from services.assistant.language.lexicon.vocabulary import FILLER, FUNCTION
from services.assistant.language.lexicon.words import content
from services.assistant.language.sentence import D, Piece, Q, T
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, Match, best

# A quarter of what was said: whoever guesses has been told more than a name.
_ENOUGH = 0.25
_LEAD = re.compile(
    "(?:(?:the|my|our|that|this|those|these|a|an|one of|either of|of|for|on|to|about|with|from|in"
    "|named|called|titled|saying|as|both|all|every|each|any|everything|whatever|what|which|is|are"
    "|tasks?|todos?|to-dos?|items?|entry|entries|things?|ones?|reminders?|list|something|anything"
    r"|just|only|also|actual|two|three|four|five)\b['s]*+[ :]*+)++"
)
_QUANTITY = re.compile(
    r"\b(?:all|every|everything|both|each|whatever|what's|whats|what is|what i|anything"
    r"|the (?:two|three|four|five|\d+)|tasks|ones|things|items|todos)\b"
)
_SINGLE = re.compile(r"\b(?:one of|either of|(?:a|one|some|any) (?:task|thing|todo|item))\b")
_NOUN = re.compile(r"\b(?:task|one|thing|todo|item)\b")


class Reason(StrEnum):
    """Say why a phrase means exactly these tasks, or why it is not known which."""

    MEANT = "meant"
    SEVERAL = "several fit"
    NONE = "none fits"
    UNSAID = "nothing to refer to"


@dataclass(frozen=True)
class Selection:
    """The tasks a phrase means.

    Args:
        said: the phrase, for an answer that repeats it.
        gathered: they were not named one by one: "all bills", "what is due today".
    """

    reason: Reason
    tasks: tuple[TaskRead, ...] = ()
    said: str = ""
    gathered: bool = False

    @property
    def certain(self) -> bool:
        return self.reason is Reason.MEANT

    @property
    def found(self) -> bool:
        """Tell whether there are tasks that fit, one or several."""
        return self.reason in (Reason.MEANT, Reason.SEVERAL)


UNSAID = Selection(Reason.UNSAID)


def select(piece: Piece, context: Context, *, done: bool = False) -> Selection:
    """Return the tasks that a phrase means.

    Args:
        done: done ones are meant first, open ones only when none of them fits; else the reverse.
    """
    piece = piece.trimmed()
    said = piece.written.strip()
    if not piece:
        return UNSAID
    if references.refers(piece.text):
        return _referred(piece.text, context, said)
    if not piece.titles and not piece.quotes and _only_conditions(piece, context):
        return _by_conditions(piece, context, done, said)
    for pool in context.pools(done):
        if found := _named(piece, pool):
            return judged(found, piece, said)
    listed = _listed(piece, context, done=done)
    return listed or _by_conditions(piece, context, done, said)


def guess(piece: Piece, context: Context, *, done: bool = False) -> Selection:
    """Return the task a sentence speaks of, which does more than name it."""
    for pool in context.pools(done):
        found = best(_stripped(piece.without(D)), pool)
        if found and (found.fit >= Fit.ALL_SAID or found.score >= _ENOUGH):
            return judged(found, piece, piece.written.strip())
    return UNSAID


def fits(piece: Piece, context: Context) -> Match | None:
    """Return what all words of a phrase fit, of open tasks; None for a phrase that says more."""
    found = best(piece.trimmed().written, context.open)
    return found if found and found.fit >= Fit.ALL_SAID else None


def _referred(text: str, context: Context, said: str) -> Selection:
    tasks = references.meant(text, context)
    if tasks is None:
        if text in ("everything", "all") and context.open:
            return Selection(Reason.MEANT, tuple(context.open), said, gathered=True)
        return Selection(Reason.UNSAID, said=said)
    if not tasks:
        return Selection(Reason.NONE, said=said)
    meant = len(tasks) == 1 or references.is_plural(text) or re.search(r",| and ", text)
    return Selection(Reason.MEANT if meant else Reason.SEVERAL, tuple(tasks), said)


def _named(piece: Piece, pool: Sequence[TaskRead]) -> Match | None:
    """Match a title: one named or quoted in full, or all the words of the phrase."""
    exact = piece.titles or piece.quotes
    if len(exact) == 1 and re.fullmatch(
        rf"[^{'a-z0-9'}]*", re.sub(rf"{Q}|{T}|{_LEAD.pattern}", "", piece.text)
    ):
        found = best(exact[0], pool)
        return found if found and found.fit >= Fit.ALL_SAID else None
    found = best(_stripped(piece), pool)
    return found if found and found.fit >= Fit.ALL_SAID and content(_stripped(piece)) else None


def judged(found: Match, piece: Piece, said: str) -> Selection:
    if len(found.tasks) == 1:
        return Selection(Reason.MEANT, found.tasks, said)
    plural = _QUANTITY.search(piece.text) and not _SINGLE.search(piece.text)
    reason = Reason.MEANT if plural else Reason.SEVERAL
    return Selection(reason, found.tasks, said, gathered=True)


def _listed(piece: Piece, context: Context, *, done: bool) -> Selection | None:
    """Read "the plants, the garage and the rent": every part has to mean one task."""
    between = r",? and (?:also )?|, ?| & |/| as well as "
    parts = [part for part in piece.split(between) if part]
    if len(parts) < 2:
        return None
    found = [select(part, context, done=done) for part in parts]
    if not all(each.certain for each in found):
        return None
    tasks = dict.fromkeys(task.id for each in found for task in each.tasks)
    by_id = {task.id: task for task in context.tasks}
    return Selection(Reason.MEANT, tuple(by_id[key] for key in tasks), piece.written)


def _only_conditions(piece: Piece, context: Context) -> bool:
    conditions, rest = read_conditions(piece, context)
    return not conditions.none and not _words(rest)


def _words(piece: Piece) -> list[str]:
    """Return the words of a title that are left beside conditions."""
    return [
        word
        for word in content(_stripped(piece))
        if word not in FILLER and word not in FUNCTION and not _LEAD.fullmatch(word)
    ]


def _by_conditions(piece: Piece, context: Context, done: bool, said: str) -> Selection:
    conditions, rest = read_conditions(piece, context)
    words = _words(rest)
    pool = _pool(conditions, context, done)
    if words:
        found = best(_stripped(rest), pool) or best(_stripped(piece), pool)
        if found and (found.fit >= Fit.ALL_SAID or found.score >= 2 * _ENOUGH):
            return judged(found, piece, said)
        return Selection(Reason.NONE, said=said)
    # "clear completed" names no noun: all of them.
    whole = conditions.done and not _NOUN.search(piece.text)
    plural = bool(_QUANTITY.search(piece.text) or whole) and not _SINGLE.search(piece.text)
    if conditions.none and not plural:
        return Selection(Reason.UNSAID, said=said)
    if not pool:
        return Selection(Reason.NONE, said=said)
    reason = Reason.MEANT if plural or len(pool) == 1 else Reason.SEVERAL
    return Selection(reason, tuple(pool), said, gathered=True)


def _pool(conditions: Conditions, context: Context, done: bool) -> list[TaskRead]:
    pools = context.pools(done) if conditions.done is None else [context.tasks]
    held = ([task for task in pool if conditions.hold(task, context.now)] for pool in pools)
    return next((pool for pool in held if pool), list[TaskRead]())


def _stripped(piece: Piece) -> str:
    """Return the words without those that only lead to them: "the task about …"."""
    lead = _LEAD.match(piece.text)
    rest = piece.part(lead.end(), len(piece.text)) if lead else piece
    rest = rest.trimmed()
    return (rest if rest else piece).written
