"""The note of a task: written, replaced, cleared."""

from services.assistant.engines.offline.intents.targets import target
from services.assistant.engines.offline.planning.plan import More, Plan, call, on_tasks
from services.assistant.engines.offline.planning.selection import Reason
from services.assistant.language.politeness import Clause, asked
from services.assistant.language.sentence import ANY
from services.assistant.language.sentence_forms import forms
from services.assistant.language.task_context import Context

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
_UNSAID = forms("(change|edit|update|set|add|write) [(the|a)] %note (of|for|on|to|in) TASK")


def read(clause: Clause, context: Context) -> Plan | None:
    """Read a command about the note of a task."""
    piece = asked(clause.command, rf"(?:\w|{ANY})") or clause.command
    if found := piece.first_match(_CLEARED):
        task = found.get("task") or piece.empty
        selection = target(task, clause, context)
        return on_tasks(selection, lambda t: call("update_task", t, description=None))
    for form in _FORMS:
        if found := piece.fullmatch(form):
            task = found.get("task")
            note = (found.first("note", "quoted") or piece.empty).trimmed(" .;:").written
            selection = target(task or piece.empty, clause, context)
            if selection.reason is Reason.NONE and task is None:
                continue
            return on_tasks(selection, lambda t, n=note: call("update_task", t, description=n))
    if found := piece.first_match(_UNSAID):
        selection = target(found["task"], clause, context)
        return on_tasks(
            selection, lambda t: More("what", f'set the description of "{t.title}" to', (t,))
        )
    return None
