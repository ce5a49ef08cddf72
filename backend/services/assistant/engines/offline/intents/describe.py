"""The note of a task: written, replaced, cleared."""

from services.assistant.engines.offline.intents.targets import change
from services.assistant.engines.offline.planning.plan import More, Plan, call
from services.assistant.language.politeness import Clause
from services.assistant.language.sentence_forms import form, forms

_PUT = "(add|attach|write|put|append|leave)"
_A = "[(a|an|the|this|another)] [(quick|short|new)]"
_FORMS = forms(
    "(set|change|update|edit|make|replace) [the] %note (of|for|on|in) TASK"
    " (to say|to be|to read|to|as|with|saying) NOTE",
    f"(add|attach|write|put|append|leave|make|give) {_A} %note [(saying|that says|that)] QUOTED"
    " (to|on|for|in|under|into) TASK",
    f"{_PUT} {_A} %note (to|on|for|in|under) TASK%colonNOTE",
    f"{_PUT} {_A} %note (to|on|for|in|under) TASK[,] (saying|that says|that reads|that) NOTE",
    f"{_PUT} {_A} %note%colonNOTE",
    f"{_PUT} (a|an|the|this|another) %note QUOTED",
    "(write|put|add|note|enter) NOTE as (a|the) %note (on|to|for|in|of) TASK",
    "(write|put|add|note|enter) NOTE (in|into|to|on) the %note (of|for|on|in) TASK",
    "(for|on|to|in) TASK[,] (write|put|note|add) [down] [that] QUOTED [(in|as) (the|a) %note]",
    "[(a|the)] [new] %note (for|on|of|to|in) TASK%colonNOTE",
)
_CLEAR = "(clear|remove|delete|erase|empty|drop|wipe|get rid of|take) [(away|out|off)]"
_CLEARED = forms(
    f"{_CLEAR} [(the|all|all the|its|any)] %note [(of|from|on|for|in|off)] TASK",
    f"{_CLEAR} [(the|all|its|any)] %note",
)
_UNSAID = form("(change|edit|update|set|add|write) [(the|a)] %note (of|for|on|to|in) TASK")


def read(clause: Clause) -> Plan | None:
    """Read a command about the note of a task."""
    piece = clause.plain
    if found := piece.first_match(_CLEARED):
        return change(found.get("task"), clause, lambda t: call("update_task", t, description=None))
    if found := piece.first_match(_FORMS):
        note = (found.first("note", "quoted") or piece.empty).trimmed(" .;:").written
        return change(found.get("task"), clause, lambda t: call("update_task", t, description=note))
    if found := piece.fullmatch(_UNSAID):
        return change(
            found["task"],
            clause,
            lambda t: More("what", f'set the description of "{t.title}" to', (t,)),
        )
    return None
