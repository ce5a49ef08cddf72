"""Questions about the list: what is due, which are done, where is the one about …"""

import re
from datetime import time, timedelta
from typing import Any

from schemas.tasks import TaskRead
from services.assistant.engines.offline.planning.filters import OVERDUE, read_conditions
from services.assistant.engines.offline.planning.plan import Plan, Show, call
from services.assistant.language.dates.moments import END_OF_DAY, moment_of
from services.assistant.language.lexicon.vocabulary import ASKING
from services.assistant.language.lexicon.words import is_plural, tokens
from services.assistant.language.politeness import Clause, asked, is_question
from services.assistant.language.sentence import D, Piece
from services.assistant.language.sentence_forms import LIST
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best

_SHOW = (
    "(?:show|list|display|see|view|find|search(?: for)?|look (?:for|up)|pull up|bring up"
    "|read(?: me| out)?|give me(?! until)|tell me|get me|open up|check|print|let me see|go through"
    r"|filter(?: by)?)\b"
)
# Other things are told and given as well.
_TELL_ME = re.compile(r"(?:tell|give|get|read|check|see|open|print)\b")
_WANTS_TO_SEE = (
    r"remind me (?:what|which|of what)\b|(?:i )?(?:want|need|would like|'d like) to (?:see|know)\b"
)
_NOUN = (
    "(?:tasks?|todos?|to-dos?|to dos?|lists?|items?|agenda|plate|plan|schedule|deadlines?"
    "|things to do|stuff)"
)
# A question is about the list when it has one of these words; others are about the world.
_ABOUT = re.compile(
    rf"\b(?:{_NOUN}|due|overdue|over due|late|pending|outstanding|remaining|remains"
    "|(?:have|has|need|needs|got|get) to (?:do|be done|get done)|(?:left|need|supposed) to do"
    "|to be done|(?:am i|i'm) supposed to|(?:do|have) i (?:have|got)|i have|i got|i've got|have i"
    "|coming up|planned|scheduled|on for|up for|left|tagged|priority|prio|important|urgent"
    "|deadline|am i free|am i busy|should i (?:do|work on|start)"
    "|(?:did|have) i (?:do|done|finish|finished|complete|completed|accomplish|get done|manage)"
    r"|my (?:day|week|morning|evening|afternoon)|still open|(?:is|are) open|unfinished"
    r"|(?:not|isn't|aren't) (?:yet )?(?:done|finished)"
    r"|what(?:'s| is|s)? (?:up|on|happening|going on|next|left|open))\b"
    rf"|^(?:got )?any(?:thing)?\b|^what(?:'s| is|s| about)? {D}$"
)
_TO_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b")
_WHEN_IS = re.compile(
    "(?:(?:by |until |till )?when|what (?:time|day|date)|at what time|on (?:what|which) day)"
    r"(?:'s| is| are| was| do| does| did|s)?\b(?: i| we)?(?: have to| need to| must| should)?"
    "(?P<task>.+)"
)
_IS_THERE = re.compile(
    "(?:what(?:'s| is) the (?:status|state|deadline|due date|date|time|priority) (?:of|for)"
    "|tell me (?:more )?about|do (?:i|we) (?:still )?(?:need|have) to"
    "|did i (?:already |ever )?(?:put|add|have|plan)|(?:did|have) i"
    "|do i (?:already |still )?have|have i (?:already )?(?:put|added|got|noted)"
    r"|is there(?: already)?|are there|is|are|have i got|got)\b(?: still)?(?: already)?"
    "(?P<task>.+?)"
    rf"(?: (?:still |already )?(?:on|in|to) {LIST})?"
)
_TOLD = re.compile(
    "(?:my|all|open|overdue|anything|everything|tasks?|todos?|to-dos?|list|agenda|deadlines?"
    rf"|things to do|(?:high|low) priority)\b(?!\s*:)|due {D}$"
    r"|[\w-]+ (?:tasks|todos|to-dos)(?: please)?$"
)
# "overdue billing tasks?", unlike any other words with a question mark.
_NAMES_TASKS = re.compile(rf"\b(?:{_NOUN}|ones)\b|^due {D}$|{OVERDUE}")
_REFINES = re.compile(
    "(?:(?:ok|okay|now|and|but|only|just|no)[ ,]+)*(?:show |list |give )?(?:me )?"
    r"(?:only|just|and|but|what about|how about|which of (?:them|those|these)|of those)\b"
    r"|.*\bof (?:those|them|these)\b"
)
_DID = re.compile(r"\b(?:did|have) i (?:do|finish|complete|accomplish|manage)\b")
_ABOUT_WHEN = (
    r"\b(?:due|finished|scheduled|planned|on|my|the|list|again|supposed to be|to be|happening"
    r"|starts?|begins?|take place|something about|anything about|still)\b"
)
_INSTANT = timedelta(seconds=1)


def read(clause: Clause) -> Plan | None:
    """Read a command or a question that wants to see tasks."""
    piece = clause.command
    text, whole = piece.text, piece.sentence.text
    question = whole.rstrip(" !").endswith("?")
    asks = question or re.match("what|tell", text)
    for found in (piece.fullmatch(_WHEN_IS), piece.fullmatch(_IS_THERE) if asks else None):
        if found and (plan := _about_one(found["task"], clause.context)):
            return plan
    if clause.context.memory.listing is not None and _REFINES.match(whole):
        return _refined(piece, clause.context)
    if show := asked(piece, _SHOW):
        other = _TELL_ME.match(show.text) and not _about_the_list(piece)
        return None if other else _show(show, clause.context)
    told = _TOLD.match(text) and not re.search(r"\b(?:is|are|'s|was|were)\b", text)
    named = (question or told) and _NAMES_TASKS.search(text)
    asked_for = re.match(_WANTS_TO_SEE, text) or (is_question(piece) and _about_the_list(piece))
    return _show(piece, clause.context) if named or asked_for else None


def _about_the_list(piece: Piece) -> bool:
    return bool(_ABOUT.search(piece.text)) and not _TO_YOU.search(piece.text)


def _about_one(piece: Piece, context: Context) -> Plan | None:
    """Answer about the task that is named, or about none when no task is."""
    name = piece.without(_ABOUT_WHEN).trimmed()
    if not name or name.text in ("it", "that", "there"):
        return None
    if exact := piece.titles or piece.quotes:
        return Show(call("list_tasks", status="open", q=exact[0]), about_one=True)
    # Whether something was done is asked of what is done, too.
    for status, tasks in (("open", context.open), ("all", context.tasks)):
        found = best(name.written, tasks)
        if found and found.likely:
            words = _common(found.tasks, name.written)
            return Show(call("list_tasks", status=status, q=words), about_one=True)
    return None


def _show(piece: Piece, context: Context) -> Show:
    return Show(call("list_tasks", **_arguments(piece, context)))


def _refined(piece: Piece, context: Context) -> Plan | None:
    """Read "only the ones tagged travel": a condition more on what was listed last."""
    new = _arguments(piece, context)
    if new["status"] == "open" and "open" not in piece.text:
        del new["status"]
    return Show(call("list_tasks", **(context.memory.listing or {}) | new)) if new else None


def _searched(rest: Piece, context: Context) -> str | None:
    """Return what to search for: a title, or the words that ask for nothing else."""
    if exact := rest.titles or rest.quotes:
        return exact[0]
    # What is left beside the words that ask.
    words = [word for word in tokens(rest.text) if word not in ASKING]
    if not words:
        return None
    said = " ".join(words)
    found = best(said, context.tasks)
    return _common(found.tasks, said) if found and found.fit >= Fit.ALL_SAID else _singular(said)


def _common(tasks: tuple[TaskRead, ...], said: str) -> str:
    """Return what to search for, so that exactly these tasks are found: as much as was said."""
    texts = [f"{task.title}\n{task.description or ''}".lower() for task in tasks]
    plain = said.lower().removesuffix("'s")
    words = sorted((word.removesuffix("'s") for word in plain.split()), key=len, reverse=True)
    for tried in (each for word in (plain, *words) for each in (word, _singular(word))):
        if len(tried) > 2 and all(tried in text for text in texts):
            return tried
    return tasks[0].title if len(tasks) == 1 else plain


def _singular(said: str) -> str:
    return said.removesuffix("s") if is_plural(said) else said


def _arguments(piece: Piece, context: Context) -> dict[str, Any]:
    conditions, rest = read_conditions(piece, context)
    done = conditions.done or _DID.search(piece.text)
    found: dict[str, Any] = {"status": "done" if done else "all" if conditions.both else "open"}
    if conditions.tag:
        found["tag"] = conditions.tag
    if conditions.priority:
        found["priority"] = conditions.priority.value
    if conditions.overdue:
        found["due_before"] = context.now.isoformat()
    elif conditions.days:
        first, last = conditions.days
        if first:
            found["due_after"] = (moment_of(first, time(), context.now) - _INSTANT).isoformat()
        if last:
            found["due_before"] = (moment_of(last, END_OF_DAY, context.now) + _INSTANT).isoformat()
    search = _searched(rest, context)
    return found | ({"q": search} if search else {})
