"""The tags of a task: added, taken off, exchanged."""

from collections.abc import Callable, Sequence

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intents.attributes import names_of
from services.assistant.engines.offline.intents.targets import target
from services.assistant.engines.offline.planning.plan import Plan, call, on_tasks
from services.assistant.engines.offline.planning.selection import Reason, fits
from services.assistant.language.politeness import Clause
from services.assistant.language.sentence_forms import forms

_TAKE = "(remove|delete|drop|take|clear|strip|get rid of|lose) [(away|off|out)]"
_FROM = "(from|off|of|on|away from|off of|for)"
_ADD = "(add|put|attach|stick|give|apply|assign|set) [on]"
_ALL = forms(f"{_TAKE} [(all the|all of the|all|the|every|any)] %tag [{_FROM}] TASK", "untag TASK")
_REPLACED = forms(
    "(replace|swap|change|set) [(all the|all|the)] %tag (of|for|on) TASK [from OLD] (with|to|by|:)"
    " TAGS",
)
_TAKEN = forms(
    f"{_TAKE} [the] %tag TAGS {_FROM} TASK",
    f"{_TAKE} [(the|its)] TAGS %tag {_FROM} TASK",
    f"(remove|take|drop|strip) HASHTAGS {_FROM} TASK",
)
_ADDED = forms(
    f"{_ADD} [(the|a|an)] [new] %tag TAGS (to|on|onto|for) TASK",
    f"{_ADD} [(the|a|an)] TAGS %tag (to|on|onto|for) TASK",
    "(add|put|stick) HASHTAGS (to|on|onto|for) TASK",
    "%tag TASK (with|as|under) [the %tag] TAGS",
    "%tag TASK[,] (QUOTED|HASHTAGS)",
    "%tag PRONOUN TAGS",
    "TASK (needs|need|gets|get|should have|should get|wants|has|have)"
    " [(the|a|an|two|three|these|another)] (%tag|%tag:) TAGS",
)
# The tag is the last word, unless that is of a title: "tag water the plants" names no tag.
_LAST_WORD = forms("%tag TASK TAGS")


def read(clause: Clause) -> Plan | None:
    """Read a command that changes tags."""
    piece = clause.plain
    for patterns in (_ALL, _REPLACED, _TAKEN, _ADDED, _LAST_WORD):
        found = piece.first_match(patterns)
        if not found or (
            patterns is _LAST_WORD and fits(piece.part(4, len(piece.text)), clause.context)
        ):
            continue
        selection = target(found.first("task", "pronoun"), clause)
        if selection.reason is Reason.NONE and patterns in (_ALL, _ADDED, _LAST_WORD):
            continue
        said, old = found.first("tags", "hashtags", "quoted"), found.get("old")
        names = names_of(said) if said else []
        if patterns in (_ALL, _REPLACED):
            make = _retagged(names_of(old) if old else None, names)
        else:
            make = _retagged(names, []) if patterns is _TAKEN else _retagged([], names)
        return on_tasks(selection, make, f"tag {{}} with {', '.join(names)}")
    return None


def _retagged(gone: Sequence[str] | None, new: Sequence[str]) -> Callable[[TaskRead], Call]:
    """Return what takes some tags from a task, or all for None, and adds others."""

    def make(task: TaskRead) -> Call:
        kept = [tag for tag in task.tags if gone is not None and tag.lower() not in gone]
        return call("update_task", task, tags=list(dict.fromkeys([*kept, *new])))

    return make
