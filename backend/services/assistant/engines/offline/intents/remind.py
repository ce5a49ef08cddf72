"""Reminders: set, moved, cancelled; on a task that is there, or on a new one."""

import re

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intents.add import again, of_a_task
from services.assistant.engines.offline.intents.attributes import clean, read_attributes
from services.assistant.engines.offline.intents.targets import change, target
from services.assistant.engines.offline.planning.plan import (
    Do,
    More,
    Plan,
    Unread,
    Which,
    call,
    on_tasks,
)
from services.assistant.engines.offline.planning.selection import Reason, Selection, select
from services.assistant.language.dates.durations import Shift, find_before, find_shift
from services.assistant.language.dates.grammar import When, no_such
from services.assistant.language.dates.moments import MORNING
from services.assistant.language.lexicon.vocabulary import VERBS
from services.assistant.language.politeness import Clause, asked, polite
from services.assistant.language.sentence import ANY, D, Piece
from services.assistant.language.sentence_forms import forms
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best

_STOP = (
    "(cancel|delete|remove|clear|turn off|switch off|unset|forget|forget about|drop|stop|kill"
    "|disable|deactivate|take off|take away|get rid of|mute|silence|skip|dismiss)"
)
# What may follow after a comma and changes nothing: "I'll remember".
_ASIDE = (
    "(?:, (?:i'll|i will|i can|i already|it's|it is) "
    r"(?!.*\b(?:mark|delete|done)\b).*)?"
)
_CANCELLED = forms(
    f"{_STOP} [(the|my|that|this|all my|all|any|its)] %bell [(for|of|about|on|from|to)] TASK",
    f"{_STOP} [(the|my|that|this|all my|all|any|its)] %bell",
    f"{_STOP} [(the|my)] TASK %bell",
)
_CALLED_OFF = tuple(
    re.compile(pattern.pattern + _ASIDE)
    for pattern in forms(
        "(don't|do not|dont|stop|no need to|you don't have to|you don't need to|never)"
        " [bother to] (remind|reminding|ping|pinging|alert|alerting|notify|notifying|nudge|bug) me"
        " [(of|about|to|on|for)] PHRASE [(any more|anymore)]",
        "(no|without a|without) [more] %bell (for|about|of|on) PHRASE [please]",
    )
)
_ME = "(?:remind|ping|nudge|alert|notify|wake|warn|poke|prompt|buzz|message) me(?: again| up)?"
_BELL = "(?:reminders?|alarms?|alerts?|notifications?|notice)"
_GET = (
    "(?:set|add|create|make|schedule|put|give me|i need|need|have|i want|want|get)(?: me)?(?: up)?"
)
_ASKED = re.compile(
    rf"(?:{_ME}|(?:be )?reminded|⏰|(?:{_GET} )?(?:(?:an?|the|my|another|one|me a) )?(?:new )?"
    rf"{_BELL})"
    r"(?!\w)(?P<rest>.*)"
)
# Without a time it is a new task.
_NOT_TO_FORGET = r"(?:don't|do not|dont) let me forget\b(?P<rest>(?:(?!remind).)*)"
_SHIFT = (
    "(?:move|change|push|shift|set|reschedule|make|postpone|delay|update|bring|put|adjust|switch"
    "|pull|i need|have|let)"
)
# Where a new time begins: after the name of the task.
_TIME = (
    r"(?P<rest>(?:\s+(?:to|by|back|forward|go off|be|until|till|at|on|for|from|an?|one|two|three"
    rf"|four|five|\d+|earlier|later|sooner|half)\b|\s*{D}).*)"
)
_NOT_A_TASK = (
    "(?!(?:set|add|create|make|schedule|put|give|get|need|another|one|new)\\b|(?:an?|the|my) "
    rf"(?:new )?{_BELL})"
)
_MOVED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SHIFT} (?:the |my )?{_BELL}(?: (?:for|of|about|on) (?P<task>.+?))?{_TIME}",
        rf"(?:{_SHIFT} )?(?:the |my )?{_NOT_A_TASK}(?P<task>.+?)(?:'s)? {_BELL}{_TIME}",
        rf"snooze (?:the )?(?:{_BELL} (?:for|of|about) )?(?P<task>.+?)(?: {_BELL})?{_TIME}",
    )
)
_SAME_DAY = r"\b(?:that|the same|same) (?:day|morning|afternoon|evening|night)\b"
_LINK = re.compile(r"^\s*[,:-]?\s*(?:to|that(?= \w)|about|of|for|on|and)\b\s*")
_NOISE = (
    r"\b(?:is|are) due\b|\bat a different time\b|\bbefore\b|\blater\s*$"
    r"|\b(?:some ?time|later|soon) (?=to\b)"
)


def read(clause: Clause) -> Plan | None:
    """Read a command about reminders."""
    piece = asked(clause.command, rf"(?:\w|⏰|{ANY})") or clause.command
    if found := piece.first_match(_CANCELLED) or piece.first_match(_CALLED_OFF):
        return _cancelled(found.first("task", "phrase"), clause)
    if re.match(r"remind me (?:what|which)\b", piece.text):
        return None
    if moved := piece.first_match(_MOVED):
        rest = moved["rest"]
        shift, before = find_shift(rest.text), find_before(rest.text)
        if shift or before or rest.dates:
            return change(
                moved.get("task"),
                clause,
                lambda t: reminder(t, rest.date, shift, before, clause.context),
            )
    if found := piece.fullmatch(_ASKED):
        return _set(found["rest"], clause)
    found = piece.fullmatch(_NOT_TO_FORGET)
    return _set(found["rest"], clause) if found and found["rest"].dates else None


def _cancelled(task: Piece | None, clause: Clause) -> Plan:
    named = task is not None and polite(task) and task.text not in ("the", "my", "all", "every")
    if not named and clause.before is None and not clause.context.memory.last:
        reminded = tuple(each for each in clause.context.open if each.remind_at)
        reason = Reason.MEANT if len(reminded) == 1 else Reason.SEVERAL
        selection = Selection(reason if reminded else Reason.UNSAID, reminded)
    else:
        selection = target(task if named else None, clause)
    return on_tasks(selection, lambda t: call("set_reminder", t, remind_at=None))


def reminder(
    task: TaskRead,
    when: When | None,
    shift: Shift | None,
    before: Shift | None,
    context: Context,
    same_day: bool = False,
) -> Call | More:
    """Return the call that sets the reminder, or what has to be asked first.

    Args:
        shift: by how much the reminder moves.
        before: how long before the task is due.
        same_day: the time is of the day the task is due on.
    """
    zone, moment = context.now.tzinfo, None
    if before and task.due_at:
        clock = when.reading.clock if when and when.reading.clock else MORNING
        moment = before.before(task.due_at.astimezone(zone), clock)
    elif shift and (base := task.remind_at or task.due_at) and not before:
        moment = shift.duration.from_moment(base.astimezone(zone), shift.times)
    elif when and not when.reading.empty and not before:
        # A new time keeps the day of the reminder, or of the task where that was said.
        base = task.due_at if same_day and task.due_at else task.remind_at
        alone = when.reading.day and not when.reading.clock
        moment = when.reading.moment(context.now, MORNING, None if alone else base)
    if moment is None:
        return More("when", f'remind me about "{task.title}"', (task,), wrong=no_such(when))
    return call("set_reminder", task, remind_at=moment.isoformat())


def _set(rest: Piece, clause: Clause) -> Plan:
    before = find_before(rest.text)
    shift = None if rest.dates else find_shift(rest.text)
    if shift:
        rest = rest.part(0, shift.start)
    when = next(iter(rest.dates), None)
    thing, named = _thing(rest, before)
    if not thing:
        return More("what", f"remind me {_words(rest)} to".replace("  ", " "))
    existing = _existing(thing, named, clause)
    if existing.found:
        same_day = bool(re.search(_SAME_DAY, clause.command.text))
        return on_tasks(
            existing, lambda t: reminder(t, when, shift, before, clause.context, same_day)
        )
    if existing.reason is Reason.UNSAID and named:
        return Which(stem=f"remind me about {{}} {_words(rest)}".rstrip())
    return _new(thing, when, clause.context)


def _thing(rest: Piece, before: Shift | None) -> tuple[Piece, bool]:
    """Return what to be reminded of, and whether it is named ("about …"), not told ("to …")."""
    piece = rest
    if before:
        head, tail = piece.part(0, before.start), piece.part(before.end, len(piece.text))
        said = tail.without(rf"{D}|\b(?:it|that|is due|starts|begins)\b")
        piece = tail if said.trimmed(" ,:-") else head
    named = bool(re.match(rf"(?:\s|{D}|,|:|-)*(?:about|of|for|on)\b", piece.text)) or bool(before)
    named = named or (
        not re.search(r"\b(?:to|that)\b", piece.text) and piece.match(r"\s*:") is not None
    )
    piece = piece.without(rf"\b(?:on |at |by |for |in )?{D}|{D}").without(_SAME_DAY).without(_NOISE)
    while link := _LINK.match(piece.text):
        piece = piece.part(link.end(), len(piece.text))
    return clean(polite(piece)), named


def _existing(thing: Piece, named: bool, clause: Clause) -> Selection:
    if named or thing.titles or re.fullmatch("it|that|this|them|both", thing.text):
        return target(thing, clause)
    found = best(thing.written, clause.context.open)
    words = thing.text.split()
    # "to buy cough drops" is not "buy milk": all of it has to fit, and more than a verb.
    fits = found and found.fit is Fit.ALL_SAID and (len(words) > 1 or words[0] not in VERBS)
    if found and (found.fit >= Fit.SAME_WORDS or fits):
        return select(thing, clause.context)
    return Selection(Reason.NONE, said=thing.written)


def _new(thing: Piece, when: When | None, context: Context) -> Plan:
    found = read_attributes(again(thing, context))
    title = found.title.written
    if more := of_a_task(found.title, context):
        return Unread((more,))
    if when is None or when.reading.empty:
        return More("when", f'remind me to "{title}"', wrong=no_such(when))
    arguments = found.arguments(title, context.now)
    arguments["remind_at"] = when.reading.moment(context.now, MORNING).isoformat()
    return Do((call("add_task", **arguments),))


def _words(rest: Piece) -> str:
    found = re.search(rf"(?:(?:on|at|by|in|for) )?{D}(?:\s*{D})?", rest.text)
    return rest.part(*found.span()).written if found else ""
