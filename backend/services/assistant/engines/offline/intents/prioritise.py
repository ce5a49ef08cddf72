"""The priority of a task."""

import re

from models import Priority
from services.assistant.engines.offline.intents.targets import change
from services.assistant.engines.offline.planning.filters import RANKS
from services.assistant.engines.offline.planning.plan import More, Plan, Unknown, call
from services.assistant.language.politeness import Clause
from services.assistant.language.sentence import Piece
from services.assistant.language.sentence_forms import forms

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
    "[the] %priority (of|for|on) TASK%colonLEVEL",
    "TASK (is|are|has become|became) [(now|really|very|super|quite)] LEVEL",
    "TASK LEVEL%hyphen%priority",
)
# Of what was said before: "it's not that important, low priority".
_ALONE = forms("LEVEL%hyphen%priority", "%priority [(to|is)] LEVEL")
# The verb names the level.
_MOVED = {
    Priority.HIGH: forms(
        "(raise|increase|up) [the] %priority (of|for|on) TASK",
        "(raise|prioritise|prioritize) TASK",
    ),
    Priority.LOW: forms(
        "(lower|decrease|reduce) [the] %priority (of|for|on) TASK",
        "(lower|deprioritise|deprioritize) TASK",
    ),
}
_UNSAID = forms(
    "(change|set|update|edit|adjust|modify) [the] %priority (of|for|on) TASK",
    "(change|set|update|edit|adjust|modify) [the] %priority",
)
# What starts so is a command or a question of another kind.
_OTHER = re.compile(
    r"(?:add|create|new|put|remind|delete|remove|complete|finish|show|list|find|what|which|any)\b"
)


def read(clause: Clause) -> Plan | None:
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
    for level, patterns in _MOVED.items():
        if found := piece.first_match(patterns):
            return _ranked(found["task"], level, clause)
    if found := piece.first_match(_UNSAID):
        return change(
            found.get("task"),
            clause,
            lambda t: More("what", f'set the priority of "{t.title}" to', (t,)),
        )
    return None


def _ranked(task: Piece | None, level: Priority, clause: Clause) -> Plan:
    return change(
        task,
        clause,
        lambda t: call("update_task", t, priority=level.value),
        f"set {{}} to {level.value} priority",
    )
