"""The priority of a task."""

import re

from models import Priority
from services.assistant.engines.offline.intents.targets import target
from services.assistant.engines.offline.planning.filters import LEVELS
from services.assistant.engines.offline.planning.plan import More, Plan, call, on_tasks
from services.assistant.engines.offline.planning.selection import Reason
from services.assistant.language.politeness import Clause, asked
from services.assistant.language.sentence import ANY, Found, Piece
from services.assistant.language.sentence_forms import forms
from services.assistant.language.task_context import Context

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
    "(make|mark|set|put|change|turn|bump|move) TASK [(to|as|on)] LEVEL",
    "(make|mark|flag|set) TASK [as] [(very|really)] WORD",
    "WORD [the] %priority (of|for|on) TASK",
    "WORD TASK",
)
_STATEMENTS = forms(
    "TASK (is|are|gets|get|has|have|should be|should have|should get|needs|need|becomes|must be)"
    f" {_ONLY} LEVEL%hyphen%priority",
    "TASK%colonLEVEL%hyphen%priority",
    "[the] %priority (of|for|on) TASK%colonLEVEL",
    "TASK (is|are|has become|became) [(now|really|very|super|quite)] WORD",
    "TASK LEVEL%hyphen%priority",
)
# Of what was said before: "it's not that important, low priority".
_ALONE = forms("LEVEL%hyphen%priority", "%priority [(to|is)] LEVEL")
_WORDS = {
    "raise": Priority.HIGH, "increase": Priority.HIGH, "up": Priority.HIGH, "lower": Priority.LOW,
    "decrease": Priority.LOW, "reduce": Priority.LOW, "prioritise": Priority.HIGH,
    "prioritize": Priority.HIGH, "deprioritise": Priority.LOW, "deprioritize": Priority.LOW,
    "urgent": Priority.HIGH, "important": Priority.HIGH, "unimportant": Priority.LOW,
    "top": Priority.HIGH,
}  # fmt: skip
_UNSAID = forms(
    "(change|set|update|edit|adjust|modify) [the] %priority (of|for|on) TASK",
    "(change|set|update|edit|adjust|modify) [the] %priority",
)
# What starts so is a command or a question of another kind.
_OTHER = re.compile(
    r"(?:add|create|new|put|remind|delete|remove|complete|finish|show|list|find|what|which|any)\b"
)


def read(clause: Clause, context: Context) -> Plan | None:
    """Read a command or a sentence that gives a task another priority."""
    piece = asked(clause.command, rf"(?:\w|{ANY})") or clause.command
    piece = piece.without("^(?:i'd say|i think|i guess|i believe|i mean) ")
    if _OTHER.match(piece.text):
        return None
    for patterns in (_COMMANDS, _STATEMENTS, _ALONE):
        for pattern in patterns:
            found = piece.fullmatch(pattern)
            level = _level(found) if found else None
            if not found or not level:
                continue
            plan = _ranked(found.get("task"), level, clause, context)
            # "medium priority: clean the gutters" is a new task, and no command.
            if plan and (patterns is _COMMANDS or plan[0] is not Reason.NONE):
                return plan[1]
    if found := piece.first_match(_UNSAID):
        selection = target(found.get("task") or piece.empty, clause, context)
        return on_tasks(
            selection, lambda t: More("what", f'set the priority of "{t.title}" to', (t,))
        )
    return None


def _level(found: Found) -> Priority | None:
    if level := found.get("level"):
        return LEVELS[level.text]
    word = found.get("word")
    return _WORDS.get(word.text) if word else None


def _ranked(
    task: Piece | None, level: Priority, clause: Clause, context: Context
) -> tuple[Reason, Plan] | None:
    if task is None and clause.before is None and not context.memory.last:
        return None
    selection = target(task or clause.command.empty, clause, context)
    plan = on_tasks(
        selection,
        lambda t: call("update_task", t, priority=level.value),
        f"set {{}} to {level.value} priority",
    )
    return selection.reason, plan
