"""Questions about the list: what is due, which are done, where is the one about …"""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.planning.filters import (
    DONE,
    OVERDUE,
    Conditions,
    read_conditions,
)
from services.assistant.engines.offline.planning.plan import Plan, Show
from services.assistant.language.dates import end_of_day, moment_of
from services.assistant.language.lexicon.vocabulary import ASKING, FUNCTION
from services.assistant.language.lexicon.words import is_plural, tokens
from services.assistant.language.politeness import Clause, asked
from services.assistant.language.sentence import D, Piece
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
    r")\b"
)
_TO_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b")
_QUESTION = re.compile(
    "(?:what|which|when|where|who|how many|do|does|did|is|are|was|were|have|has|any|anything|got"
    r"|am|by when|whats|what's|when's|whens|until when|till when|at what time)\b"
)
_WHEN_IS = re.compile(
    "(?:(?:by |until |till )?when|what (?:time|day|date)|at what time|on (?:what|which) day)"
    r"(?:'s| is| are| was| do| does| did|s)?\b(?: i| we)?(?: have to| need to| must| should)?"
    "(?P<task>.+)"
)
_IS_THERE = re.compile(
    "(?:what(?:'s| is) the (?:status|state|deadline|due date|date|time|priority) (?:of|for)"
    "|tell me (?:more )?about|do (?:i|we) (?:still )?(?:need|have) to"
    "|did i (?:already |ever )?(?:put|add|write|note|have|plan|buy|get|call|pay|do|send|finish)"
    "|(?:did|have) i|do i (?:already |still )?have|have i (?:already )?(?:put|added|got|noted)"
    r"|is there(?: already)?|are there|is|are|have i got|got)\b(?: still)?(?: already)?"
    "(?P<task>.+?)"
    "(?: (?:still |already )?(?:on|in|to) (?:my|the) (?:to-?do |task )?(?:list|tasks|todos))?"
)
_TOLD = re.compile(
    "(?:my|all|open|overdue|anything|everything|tasks?|todos?|to-dos?|list|agenda|deadlines?"
    rf"|things to do|(?:high|low) priority)\b(?!\s*:)|due {D}$"
    r"|[\w-]+ (?:tasks|todos|to-dos)(?: please)?$"
)
_STATES = r"\b(?:is|are|'s|was|were)\b"
_REFINES = re.compile(
    "(?:(?:ok|okay|now|and|but|only|just|no)[ ,]+)*(?:show |list |give )?(?:me )?"
    r"(?:only|just|and|but|what about|how about|which of (?:them|those|these)|of those)\b"
    r"|.*\bof (?:those|them|these)\b"
)
_ALSO_DONE = re.compile(
    r"\b(?:including|done or not|ever|also (?:the )?(?:done|finished|completed)"
    r"|(?:done|finished|completed) (?:ones )?too|and (?:done|finished|completed))\b"
)
_DID = re.compile(r"\b(?:did|have) i (?:do|finish|complete|accomplish|manage)\b")
_ABOUT_WHEN = (
    r"\b(?:due|finished|scheduled|planned|on|my|the|list|again|supposed to be|to be|happening"
    r"|starts?|begins?|take place|something about|anything about|still)\b"
)
# What is left beside the words that ask is searched for.
_LIST_WORDS = FUNCTION | ASKING
_MIDNIGHT = time(0)
_INSTANT = timedelta(seconds=1)
_LIMITS = ("before", "until", "till", "after", "since")
_ENOUGH = 0.6


def read(clause: Clause, context: Context) -> Plan | None:
    """Read a command or a question that wants to see tasks."""
    piece = clause.command
    text, whole = piece.text, piece.sentence.text
    question = whole.rstrip(" !").endswith("?")
    asks = question or re.match("what|tell", text)
    for found in (piece.fullmatch(_WHEN_IS), piece.fullmatch(_IS_THERE) if asks else None):
        if found and (plan := _about_one(found["task"], context)):
            return plan
    if context.memory.listing is not None and _REFINES.match(whole):
        return _refined(piece, context)
    if show := asked(piece, _SHOW):
        plan = _show(show, clause, context)
        return None if _TELL_ME.match(show.text) and not _is_of_tasks(plan, show, context) else plan
    if re.match(_WANTS_TO_SEE, text) or (_QUESTION.match(text) and _about_the_list(piece)):
        return _show(piece, clause, context)
    told = _TOLD.match(text) and not re.search(_STATES, text)
    if (question or told) and _names_tasks(text):
        return _show(piece, clause, context)
    return None


def _is_of_tasks(plan: Show, piece: Piece, context: Context) -> bool:
    """Tell "tell me about the rent" from "tell me a joke"."""
    search = plan.call.arguments.get("q")
    known = best(search, context.tasks) if search else None
    return bool(known and known.fit >= Fit.ALL_SAID) or _about_the_list(piece)


def _about_the_list(piece: Piece) -> bool:
    text = piece.text
    if re.match(r"(?:got )?any(?:thing)?\b", text):
        return True
    if re.fullmatch(rf"what(?:'s| is|s)? {D}|what about {D}", text):
        return True
    if re.search(r"\bwhat(?:'s| is|s)? (?:up|on|happening|going on|next|left|open)\b", text):
        return bool(piece.dates) or not re.search(r"what'?s up$", text)
    return bool(_ABOUT.search(text)) and not _TO_YOU.search(text)


def _names_tasks(text: str) -> bool:
    """Tell "overdue billing tasks?" from any other words with a question mark."""
    return bool(
        re.search(rf"\b{_NOUN}\b|^due {D}$", text)
        or re.search(OVERDUE, text)
        or (re.search(DONE, text) and re.search(r"\bones\b", text))
    )


def _about_one(piece: Piece, context: Context) -> Plan | None:
    """Answer about the task that is named, or about none when no task is."""
    name = piece.without(_ABOUT_WHEN).trimmed()
    if not name or name.text in ("it", "that", "there"):
        return None
    if exact := piece.titles or piece.quotes:
        return Show(_list({"status": "open", "q": exact[0]}), about_one=True)
    # Whether something was done is asked of what is done, too.
    for status, tasks in (("open", context.open), ("all", context.tasks)):
        found = best(name.written, tasks)
        if found and (found.fit >= Fit.ALL_SAID or found.score >= _ENOUGH):
            words = _common(found.tasks, name.written)
            return Show(_list({"status": status, "q": words}), about_one=True)
    return None


def _show(piece: Piece, clause: Clause, context: Context) -> Show:
    if not piece.dates and clause.before and clause.before.dates:
        # "next month? what's due then"
        before = clause.before
        raw = before.sentence.raw[before.start : before.end]
        rest = piece.sentence.raw[piece.start : piece.end]
        piece = piece.sentence.of(f"{raw} {rest}", f"{before.text} {piece.text}").whole
    conditions, rest = read_conditions(piece, context)
    arguments = _arguments(_in_the_past(conditions, piece, context), piece, context)
    if search := _searched(rest, context):
        arguments["q"] = search
    return Show(_list(arguments))


def _refined(piece: Piece, context: Context) -> Plan | None:
    """Read "only the ones tagged travel": a condition more on what was listed last."""
    conditions, rest = read_conditions(piece, context)
    search = _searched(rest, context)
    status = re.search(r"\b(?:open|including)\b", piece.text)
    if conditions.none and not search and not status:
        return None
    new = _arguments(conditions, piece, context) | ({"q": search} if search else {})
    if conditions.done is None and not status:
        del new["status"]
    return Show(_list((context.memory.listing or {}) | new))


def _list(arguments: dict[str, Any]) -> Call:
    return Call(tool="list_tasks", arguments=arguments)


def _in_the_past(conditions: Conditions, piece: Piece, context: Context) -> Conditions:
    was = re.search(r"\b(?:was|were|had)\b", piece.text)
    limited = any(when.relation in _LIMITS for when in piece.dates)
    if conditions.days is None or not (was or limited):
        return conditions
    return replace(conditions, days=_nearer(conditions.days, context.now.date()))


def _nearer(days: tuple[date | None, date | None], today: date) -> tuple[date | None, date | None]:
    """Return the days a year earlier where those are nearer: "before the 5th" on the 11th."""
    named, year = days[0] or days[1], relativedelta(years=1)
    if named is None or named - today <= today - (named - year):
        return days
    first, last = days
    return (first and first - year), (last and last - year)


def _searched(rest: Piece, context: Context) -> str | None:
    """Return what to search for: a title, or the words that ask for nothing else."""
    if exact := rest.titles or rest.quotes:
        return exact[0]
    words = [word for word in tokens(rest.text) if word not in _LIST_WORDS]
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


def _arguments(conditions: Conditions, piece: Piece, context: Context) -> dict[str, Any]:
    found: dict[str, Any] = {"status": _status(conditions, piece.text)}
    if conditions.tag:
        found["tag"] = conditions.tag
    if conditions.priority:
        found["priority"] = conditions.priority.value
    if conditions.overdue:
        found["due_before"] = context.now.isoformat()
    elif conditions.days:
        first, last = conditions.days
        if first:
            found["due_after"] = (moment_of(first, _MIDNIGHT, context.now) - _INSTANT).isoformat()
        if last:
            found["due_before"] = (end_of_day(last, context.now) + _INSTANT).isoformat()
    return found


def _status(conditions: Conditions, text: str) -> str:
    if conditions.done or _DID.search(text):
        return "done"
    return "all" if _ALSO_DONE.search(text) else "open"
