"""From a message to plans: which reader knows it, in which order, and what small typos meant."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from schemas.memory import Call, Memory, Question, TaskRef
from services.assistant.engines.offline.checks import checked, once
from services.assistant.engines.offline.intents import (
    add,
    complete,
    delete,
    due,
    fields,
    remind,
    rename,
    small_talk,
    tag,
)
from services.assistant.engines.offline.intents import list as listing
from services.assistant.engines.offline.planning.plan import (
    Do,
    More,
    Plan,
    Show,
    Talk,
    Topic,
    Undo,
    Unknown,
    Unread,
    Which,
)
from services.assistant.language.lexicon.spelling import corrected, spelled_out
from services.assistant.language.politeness import Clause, clauses, is_question, polite
from services.assistant.language.sentence import Sentence
from services.assistant.language.task_context import Context

Reader = Callable[[Clause], Plan | None]
# A command is read by the first that knows it: those that know fewer commands come first.
COMMANDS: tuple[Reader, ...] = (
    remind.read, delete.read, complete.read, tag.read, fields.read_priority,
    complete.read_reopening, fields.read_note, rename.read, due.read, listing.read, add.read,
)  # fmt: skip
# What is no command but means one: a statement, a wish.
STATEMENTS: tuple[Callable[[Sentence, Context], Plan | None], ...] = (
    complete.read_undone, complete.read_statement, due.read_statement, add.read_wish,
)  # fmt: skip
_UNDO = re.compile(
    "(?:undo|revert|take back|reverse|roll back)(?: (?:that|it|this|the last (?:one|change|thing)"
    "|my last (?:change|action)|what you (?:just )?did))?|ctrl[ -]?z"
)
_CHANGES = (
    "(?:mark|make|set|tag|rename|move|delete|remove|complete|postpone|reschedule|reopen|untag)"
)
_COMMANDS = f"(?:{_CHANGES}|add|remind|finish|tick|push|give|put|change|cancel|show|list)"
# Whoever says this begins anew, whatever was asked.
_ANEW = re.compile(r"(?:please )?(?:add|create|remind me|delete|remove|undo|show|list)\b", re.I)
# Where one command may end and another begin.
_MORE = re.compile(
    rf",? and (?:then |also |please )?(?={_COMMANDS}\b)"
    rf"|, (?:then |also )?(?={_CHANGES}\b)|[.;!] +(?=\w)"
)
# Where one statement may end and another begin.
_CUT = re.compile(r"\s*[;,.!]\s+(?:(?:and|but|also) )*|\s+(?:and|but) (?:also )?")
_MOST_PARTS = 8


def understand(said: str, context: Context, question: Question | None = None) -> list[Plan]:
    """Return what to do with a message, one plan for each thing that it asks for.

    Args:
        question: what was asked before, when the message may complete it.
    """
    said = spelled_out(said)
    if lines := add.read_lines(said, context):
        return [lines]
    if offered := once(said, context, lambda rest: _read(rest, context)):
        return offered
    if question and question.kind == "more" and (completed := _completed(question, said, context)):
        return completed
    plans = _read(said, context)
    if all(_unsure(plan) for plan in plans):
        right = corrected(said)
        if right != said:
            again = _read(right, context)
            if not all(_unsure(plan) for plan in again):
                return again
    return plans


def _completed(question: Question, said: str, context: Context) -> list[Plan] | None:
    """Read an answer together with what it completes; None when it is something else."""
    if _ANEW.match(said):
        return None
    alone = _one(said, context)
    if isinstance(alone, Show) or (isinstance(alone, Talk) and alone.topic is Topic.DECLINED):
        return None
    answer = said.strip()
    stem = question.stem
    joined = stem.format(answer) if "{}" in stem else f"{stem} {answer}"
    plans = _read(joined, context)
    return plans if all(isinstance(plan, Do | Which) for plan in plans) else None


def _read(said: str, context: Context) -> list[Plan]:
    # Many cuts leave the same rest: read once, it costs no more than there are cuts.
    key = said, tuple(ref.id for ref in context.memory.last)
    if key not in context.plans:
        whole = _one(said, context)
        halves = _halves(said, context) if _unsure(whole) else None
        context.plans[key] = _parts(said, context) or halves or [whole]
    return context.plans[key]


def _parts(said: str, context: Context) -> list[Plan] | None:
    """Read several commands of one sentence, if each of them is one and clear by itself."""
    sentence = Sentence.read(said, context.now, context.titles)
    for cut in _MORE.finditer(sentence.text):
        left = sentence.whole.part(0, cut.start())
        right = sentence.whole.part(cut.end(), len(sentence.text))
        first = _command(left.shown, context)
        if not isinstance(first, Do) or not left or not right:
            continue
        second = _read(right.shown, _after(first, context))
        if all(
            isinstance(plan, Do | Show) or (isinstance(plan, Which) and plan.options)
            for plan in second
        ):
            return _joined(first, second)
    return None


def _halves(said: str, context: Context) -> list[Plan] | None:
    """Read several statements of one sentence, if every one of them is clear by itself."""
    parts = Sentence.read(said, context.now, context.titles).whole.split(_CUT)
    if not 2 <= len(parts) <= _MOST_PARTS:
        return None
    plans: list[Plan] = []
    for part in parts:
        plan = _one(part.shown, context)
        clear = isinstance(plan, Do) and not plan.sweeping and not _guesses(plan, part.text)
        if not clear and not (isinstance(plan, Talk) and plan.topic is Topic.STILL_OPEN):
            return None
        plans.append(plan)
        context = _after(plan, context) if isinstance(plan, Do) else context
    first = next((plan for plan in plans if isinstance(plan, Do)), None)
    return _joined(first, [plan for plan in plans if plan is not first]) if first else None


def _guesses(plan: Do, said: str) -> bool:
    """Tell what no half of a sentence does: a task nobody asked for, a reminder taken away."""
    (first, *_) = plan.calls
    if first.tool == "set_reminder":
        return first.arguments["remind_at"] is None
    return first.tool == "add_task" and not _ANEW.match(said)


def _command(said: str, context: Context) -> Plan | None:
    sentence = Sentence.read(said, context.now, context.titles)
    clause = Clause(polite(sentence.whole), context)
    found = next(filter(None, (reader(clause) for reader in COMMANDS)), None)
    return checked(found, said, context) if found else None


def _after(first: Do, context: Context) -> Context:
    """Return the context in which "it" is what the first command was about."""
    ids = {str(call.arguments.get("task_id")) for call in first.calls}
    last = [TaskRef(id=t.id, title=t.title) for t in context.tasks if str(t.id) in ids]
    memory = Memory(listed=context.memory.listed, last=last or context.memory.last)
    return replace(context, memory=memory)


def _joined(first: Do, rest: list[Plan]) -> list[Plan]:
    """Make one call of those that change the same task."""
    calls: dict[str, Call] = {}
    for each in (c for plan in (first, *rest) if isinstance(plan, Do) for c in plan.calls):
        one = each.tool == "update_task"
        key = str(each.arguments["task_id"]) if one else f"{len(calls)} of {each.tool}"
        known = calls[key].arguments if key in calls else {}
        calls[key] = Call(tool=each.tool, arguments=known | each.arguments)
    return [Do(tuple(calls.values())), *(plan for plan in rest if not isinstance(plan, Do))]


def _one(said: str, context: Context) -> Plan:
    return checked(_unchecked(said, context), said, context)


def _unchecked(said: str, context: Context) -> Plan:
    sentence = Sentence.read(said, context.now, context.titles)
    if _UNDO.fullmatch(polite(sentence.whole).text):
        if context.memory.undo:
            return Undo(tuple(context.memory.undo))
        return Talk(Topic.NOTHING_TO_UNDO)
    if talk := small_talk.read(sentence):
        return talk
    commands = (r(clause) for clause in clauses(sentence, context) for r in _readers(clause))
    statements = (reader(sentence, context) for reader in STATEMENTS)
    found = next(filter(None, chain(commands, statements)), None)
    return found or Talk(Topic.NOT_UNDERSTOOD)


def _readers(clause: Clause) -> tuple[Reader, ...]:
    if is_question(clause.command):
        return (listing.read,)
    if add.makes_task(clause):
        return (add.read, *COMMANDS[:-1])
    return COMMANDS


def _unsure(plan: Plan) -> bool:
    unknown = isinstance(plan, Talk) and plan.topic is Topic.NOT_UNDERSTOOD
    return unknown or isinstance(plan, Unknown | More | Unread)
