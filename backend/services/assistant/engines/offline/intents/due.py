"""Due dates of tasks that are there: set, moved, shifted, cleared."""

import re

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intents import remind
from services.assistant.engines.offline.intents.targets import change, target
from services.assistant.engines.offline.planning.plan import (
    More,
    Plan,
    Unknown,
    Which,
    call,
    on_tasks,
)
from services.assistant.engines.offline.planning.selection import Reason, Selection, select
from services.assistant.language.dates.durations import DURATION, Shift, find_shift
from services.assistant.language.dates.grammar import When, no_such
from services.assistant.language.dates.moments import END_OF_DAY
from services.assistant.language.lexicon.vocabulary import UNCHANGED
from services.assistant.language.lexicon.words import is_past
from services.assistant.language.politeness import Clause, asked, polite
from services.assistant.language.sentence import D, Piece, Sentence
from services.assistant.language.sentence_forms import forms
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best

# These move a date whatever follows …
_MOVE = (
    "(?:move|postpone|reschedule|re-schedule|push|shift|delay|defer|extend|schedule|bring|put off"
    r"|pull(?! up)|advance|prepone|adjourn|rebook)\b"
)
# … and these where a date follows, or the word.
_SET = r"(?:make|set|put|change|have|do|let's do)\b"
_VERB = rf"(?:{_MOVE}|{_SET}|(?:give|update|switch|adjust|get|add)\b)"
_NAMED = r"\b(?:due|deadline|due ?date|date|due time)\b"
_TAKE = (
    "(remove|clear|drop|delete|cancel|erase|unset|take|strip|get rid of|forget) [(away|off|out)]"
)
_CLEARED = forms(
    f"{_TAKE} [(the|its|any|that)] %due [(from|of|for|on|off)] TASK",
    f"{_TAKE} [(the|its|any|that)] %due",
    "TASK (has|have|need|needs|should have|gets|get) no %due [(any more|anymore)]",
    "TASK (doesn't|does not|don't|shouldn't|no longer) (have|need|needs|has) [(a|any|the)] %due"
    " [(any more|anymore)]",
    "(no|without) [more] %due (for|on) TASK",
    "unschedule TASK",
)
_CHANGE_IT = re.compile(
    "(?:change|update|set|adjust|fix|move|correct|do)(?: (?:it|that|this|them|the (?:due )?date))?"
)
# A sentence with one of these speaks of when, not of a new thing to do.
_SPEAKS_OF_DATES = re.compile(
    r"\b(?:due|deadline|date|reschedul\w+|postpon\w+|moved?|pushed|delayed|later|earlier|instead"
    rf"|(?:is|are) (?:now )?{D}|wait|until|by|now|(?:same|another|different) (?:day|time))\b"
)
# A new time, or how much later, and nothing of whose.
_AGAIN = re.compile(
    r"(?:(?:it|that|this|and|no|to|by|back|up|forward|sorry|actually|rather|make|i mean|i meant"
    rf"|better|or|on second thought)[ ,]*)*(?:{D}|(?:by )?{DURATION} (?:later|earlier|sooner)"
    rf"|back {DURATION})[ ,]*(?:instead|rather|then|please)?[.!]*"
)
# Words around the name of a task in a sentence about its date.
_AROUND = (
    r"\b(?:due|deadline|date|has|have|is|are|must|should|be|been|paid|done|by|until|now|new|can"
    r"|wait|was|were|will|comes?|moved|pushed|postponed|delayed|rescheduled|to|same|day|instead"
    r"|later|earlier|needs?|gets?|got|not|before|already|only|finished|fixed|completed)\b|'s\b|'re\b"
    r"|\bi(?:'ll| will| want to| have to| need to| must)\b"
)
_FIELD_FIRST = (
    r"^\s*(?:(?:the |a |an |its )*(?:new )?(?:due ?date|deadline|due time|date|time|due)\s*"
    r"(?:of|for|on|to|:)?|(?:back|forward|off|up|ahead)(?=\s+\S))\s*"
)
_LEFT_LAST = (
    r"(?<![\s,:;])[\s,:;]*+\b(?:to|until|till|by|for|on|at|back|forward|ahead|up|be|due|is|are|as"
    r"|both|all|from|an?|the|its|new|with|off|out|another day|a different day|some other day"
    r"|another time|later|a bit|a little|deadlines?|due ?dates?|due times?|dates?)[\s,:;]*+$"
)
_DUE_ONES = (
    r"(?:everything|whatever|all|anything|tasks?|ones?|what's|what is|that is|that are|things)"
    rf"(?: that (?:is|are))?(?: due)? {D}"
)


def read(clause: Clause) -> Plan | None:
    """Read a command that sets, moves or clears a due date."""
    piece = clause.plain
    if re.search(r"\b(?:reminders?|remind|alarm)\b", piece.text):
        return None
    if found := piece.first_match(_CLEARED):
        return change(found.get("task"), clause, _undated, "remove the due date of {}")
    command = asked(clause.command, _VERB)
    if command and (plan := _commanded(command, clause)):
        return plan
    said = clause.command
    if clause.context.memory.last and said.dates and _AGAIN.fullmatch(said.sentence.text):
        # "and on friday instead", of what was changed last.
        last = target(said.empty, Clause(said, clause.context))
        return _planned(last, said.date, None, said, clause.context)
    if re.match(r"(?:due ?date|deadline|due)\b", piece.text):
        plan = _set(piece, clause)
        return None if isinstance(plan, Unknown | Which) else plan
    return None


def _undated(task: TaskRead) -> Call:
    return call("update_task", task, due_at=None)


def _commanded(command: Piece, clause: Clause) -> Plan | None:
    text = command.text
    if clause.before and clause.before.dates and _CHANGE_IT.fullmatch(text):
        return _set(command.empty, clause)
    named = bool(re.search(_NAMED, text))
    if re.match(r"(?:add|put)\b(?! off| back)", text) and not named:
        return None
    if not (re.match(_MOVE, text) or named or (command.dates and re.match(_SET, text))):
        return None
    plan = _set(command.without(f"^{_VERB}"), clause)
    # What is not there yet is scheduled by adding it.
    is_new = isinstance(plan, Unknown) or re.match(r"schedule an?\b", text)
    return None if is_new and text.startswith("schedule") else plan


def _set(rest: Piece, clause: Clause) -> Plan:
    shift = find_shift(rest.text)
    when = rest.date
    # Of what moves by some days, a date tells which: "everything due tomorrow by one day".
    dated = when is not None and shift is None
    selection = target(_subject(rest, dated, shift), clause)
    if when is None and shift is None and clause.before:
        # "I'll call mum tomorrow, move it"
        when = clause.before.date
    return _planned(selection, when, shift, rest, clause.context)


def _planned(
    selection: Selection, when: When | None, shift: Shift | None, rest: Piece, context: Context
) -> Plan:
    said_again = _AGAIN.fullmatch(rest.text.strip()) is not None
    reminded = context.memory.repeat and context.memory.repeat.tool == "set_reminder"

    def make(task: TaskRead) -> Call | More:
        if said_again and task.remind_at and (not task.due_at or reminded):
            # "make that 4:30", of the reminder that was set last.
            return remind.reminder(task, when, shift, None, context)
        if shift and task.due_at:
            due = task.due_at.astimezone(context.now.tzinfo)
            moved = shift.duration.from_moment(due, shift.times)
            return call("update_task", task, due_at=moved.isoformat())
        if shift or when is None or when.reading.empty:
            return More("when", f'move "{task.title}" to', (task,), wrong=no_such(when))
        due = when.reading.moment(context.now, END_OF_DAY, task.due_at)
        return call("update_task", task, due_at=due.isoformat())

    said = re.search(rf"(?:(?:to|until|by|on|for) )?{D}", rest.text)
    words = rest.part(*said.span()).written if said else ""
    if shift:
        words = rest.part(shift.start, shift.end).written
    return on_tasks(selection, make, f"move {{}} {words}".rstrip())


def _subject(rest: Piece, dated: bool, shift: Shift | None) -> Piece:
    """Return what is moved: the words without the date, and without those that lead to it."""
    piece = rest.part(0, shift.start) if shift else rest
    masks = [found.start() for found in re.finditer(D, piece.text)] if dated else []
    if masks:
        head, tail = piece.part(0, masks[-1]), piece.part(masks[-1] + 1, len(piece.text))
        chooses = re.search(_DUE_ONES, head.text)
        piece = head if chooses or head.trimmed(" :,") else tail
        if not chooses:
            piece = piece.without(rf"\b(?:from )?{D}|(?<=\s){D}")
    piece = piece.without(_FIELD_FIRST)
    while re.search(_LEFT_LAST, piece.text):
        piece = piece.without(_LEFT_LAST)
    return polite(piece)


def read_statement(sentence: Sentence, context: Context) -> Plan | None:
    """Read a sentence that names a task and a date: "finish the report by 5pm on thursday"."""
    if sentence.text.rstrip("! ").endswith("?") or not context.open:
        return None
    piece = polite(sentence.whole)
    first = piece.text.split(" ")[0]
    if is_past(first) and first not in UNCHANGED:
        # "fed the cat at six" tells, and plans nothing.
        return None
    shift = find_shift(piece.text)
    if not piece.dates and not shift:
        return None
    when = rf"\b(?:until|by|for|on|at|to) {D}|{D}"
    plain = piece.part(0, shift.start) if shift else piece.without(when)
    selection = _meant(plain, piece, context)
    return _planned(selection, piece.date, shift, piece, context) if selection else None


def _meant(plain: Piece, piece: Piece, context: Context) -> Selection | None:
    text = polite(plain.without(_AROUND))
    selection = select(text, context) if text else None
    if not selection or not selection.found:
        return None
    found = best(text.written, context.open)
    if not plain.titles and not context.memory.last and (not found or found.fit < Fit.ALL_SAID):
        # "book a table for friday" has nothing to do with the library books.
        return None
    exact = plain.titles or (found and found.fit >= Fit.SAME_WORDS)
    limited = any(when.relation in ("by", "until", "till") for when in piece.dates)
    # "milk tomorrow" says nothing but a task and its date, and "anna tomorrow" one of two tasks.
    one = len(selection.tasks) == 1 or selection.reason is Reason.SEVERAL
    alone = one and text.text == plain.trimmed().text
    speaks = _SPEAKS_OF_DATES.search(piece.sentence.text)
    return selection if exact or limited or alone or speaks else None
