"""Fields of a task that is there: its note and its priority."""

import re

from enumerations import Priority
from services.assistant.engines.offline.intents.targets import change
from services.assistant.engines.offline.planning.filters import RANKS
from services.assistant.engines.offline.planning.plan import Plan, Unknown, call
from services.assistant.language.politeness import Clause
from services.assistant.language.sentence import Piece
from services.assistant.language.sentence_forms import form, forms

_PUT = "(add|attach|write|put|append|leave)"
_ANY = "[(a|an|the|this|another)] [(quick|short|new)]"
_WRITTEN = forms(
    "(set|change|update|edit|make|replace) [the] %note (of|for|on|in) TASK"
    " (to say|to be|to read|to|as|with|saying) NOTE",
    f"(add|attach|write|put|append|leave|make|give) {_ANY} %note [(saying|that says|that)] QUOTED"
    " (to|on|for|in|under|into) TASK",
    f"{_PUT} {_ANY} %note (to|on|for|in|under) TASK%colonNOTE",
    f"{_PUT} {_ANY} %note%colonNOTE",
    f"{_PUT} (a|an|the|this|another) %note QUOTED",
    "(write|put|add|note|enter) NOTE as (a|the) %note (on|to|for|in|of) TASK",
    "(write|put|add|note|enter) NOTE (in|into|to|on) the %note (of|for|on|in) TASK",
    "(for|on|to|in) TASK[,] (write|put|note|add) [down] [that] QUOTED [(in|as) (the|a) %note]",
    "[(a|the)] [new] %note (for|on|of|to|in) TASK%colonNOTE",
)
_EMPTY = "(clear|remove|delete|erase|empty|drop|wipe|get rid of|take) [(away|out|off)]"
_EMPTIED = form(f"{_EMPTY} [(the|all|all the|its|any)] %note [(of|from|on|for|in|off)] TASK")
_SET = (
    "(make|set|mark|change|put|turn|switch|give|assign|move|bump|raise|lower|flag|rate|prioritise"
    "|prioritize|update|keep|drop|downgrade|upgrade) [(up|down)]"
)
_ONLY = "[(now|only|just|really|also|actually|all|both)] [(to be|of)] [only] [(a|an|the)]"
_COMMANDS = forms(
    f"{_SET} [the] %priority (of|for|on) TASK [(to|as|at)] LEVEL [%priority]",
    f"{_SET} TASK [(to|as|at|of|with)] [(a|an|the)] [(only|very)] LEVEL%hyphen%priority",
    f"{_SET} LEVEL%hyphen%priority (to|on|for) TASK",
    "(prioritise|prioritize) TASK [(as|to)] LEVEL",
    "(make|mark|flag|set|put|change|turn|bump|move) TASK [(to|as|on)] [(very|really)] LEVEL",
)
_STATEMENTS = forms(
    "TASK (is|are|gets|get|has|have|should be|should have|should get|needs|need|becomes|must be)"
    f" {_ONLY} LEVEL%hyphen%priority",
    "TASK%colonLEVEL%hyphen%priority",
    "TASK (is|are|has become|became) [(now|really|very|super|quite)] LEVEL",
    "TASK LEVEL%hyphen%priority",
)
# Of what was said before: "it's not that important, low priority".
_ALONE = forms("LEVEL%hyphen%priority", "%priority [(to|is)] LEVEL")
# The verb names the level.
_MOVED = {
    Priority.HIGH: form("(raise|increase|prioritise|prioritize) [the priority of] TASK"),
    Priority.LOW: form("(lower|decrease|deprioritise|deprioritize) [the priority of] TASK"),
}
# What starts so is a command or a question of another kind.
_OTHER = re.compile(
    r"(?:add|create|new|put|remind|delete|remove|complete|finish|show|list|find|what|which|any)\b"
)


def read_note(clause: Clause) -> Plan | None:
    """Read a command about the note of a task."""
    piece = clause.plain
    if found := piece.fullmatch(_EMPTIED):
        return change(found["task"], clause, lambda t: call("update_task", t, description=None))
    if found := piece.first_match(_WRITTEN):
        note = (found.first("note", "quoted") or piece.empty).trimmed(" .;:").written
        return change(found.get("task"), clause, lambda t: call("update_task", t, description=note))
    return None


def read_priority(clause: Clause) -> Plan | None:
    """Read a command or a sentence that gives a task another priority."""
    piece = clause.plain.without("^(?:i'd say|i think|i guess|i believe|i mean) ")
    if _OTHER.match(piece.text):
        return None
    for patterns in (_COMMANDS, _STATEMENTS, _ALONE):
        if found := piece.first_match(patterns):
            plan = _ranked(found.get("task"), RANKS[found["level"].text], clause)
            # "medium priority: clean the gutters" is a new task, and no command.
            if patterns is _COMMANDS or not isinstance(plan, Unknown):
                return plan
    for level, moved in _MOVED.items():
        if found := piece.fullmatch(moved):
            return _ranked(found["task"], level, clause)
    return None


def _ranked(task: Piece | None, level: Priority, clause: Clause) -> Plan:
    return change(
        task,
        clause,
        lambda t: call("update_task", t, priority=level.value),
        f"set {{}} to {level.value} priority",
    )
