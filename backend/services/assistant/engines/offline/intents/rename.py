"""The title of a task: a new one, or a part of it put right."""

import re

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intents.targets import change, target
from services.assistant.engines.offline.planning.plan import More, Plan, call, on_tasks
from services.assistant.language import references
from services.assistant.language.politeness import Clause, polite
from services.assistant.language.sentence import ANY, D, Piece
from services.assistant.language.sentence_forms import LEVEL, form, forms

_CHANGE = "(change|set|edit|update|correct|fix|adjust|make|alter)"
_TITLE = "(title|name|wording|text)"
_RENAME = "(rename|retitle|reword|rephrase|relabel|rewrite|call|name)"
# A new title, said in so many words.
_RENAMED = forms(
    f"{_RENAME} [the task] TASK (to|as|into|in|=|->) TITLE",
    f"{_RENAME} TASK QUOTED",
    f"{_CHANGE} [(the|its)] (title|name) (to|into|as) TITLE",
    f"{_CHANGE} [the] {_TITLE} [(of|for|on)] TASK (to|as|into|in|be|should be|=|->|:) TITLE",
    "[(edit|change|update|rename)] TASK[,] [(the|a)] new (title|name)%colonTITLE",
)
# A new title unless it is something else: a date, a priority, a state.
_BECOMES = forms(
    "TASK (should|must|has to|needs to) [(now|really|actually)] (be called|be named|say|read)"
    " [now] TITLE",
    # Most of what "should be" something is no title: "the invoice should be sent".
    "TASK (should|must|has to|needs to) [(now|really|actually)] be [now] QUOTED",
    "TASK (is now called|is now|is called|becomes|became|has become|turned into) TITLE",
)
_CHANGED = forms(
    "(change|turn|edit|update|correct|replace|alter|modify|switch|make) TASK"
    " (to say|to read|to|into|with|say|read) TITLE",
)
# A command that does not say what to change to, and how its answer completes it.
_UNSAID = {
    'set the {field} of "{title}" to': form(
        "(change|edit|update|set|add|write|adjust|modify|alter) [(the|a)] FIELD (of|for|on|to|in)"
        " TASK"
    ),
    'rename "{title}" to': form("(change|edit|update|rename|adjust|modify|alter) TASK"),
    'tag "{title}" with': form("%tag TASK"),
}
_NO_TITLE = re.compile(
    rf"{D}.*|(?:(?:due|on|at|by|for) )?{D}|{LEVEL}|urgent|important|me|you"
    "|a different (?:day|time|date)"
    r"|.*\b(?:priority|prio|done|open|finished|completed?|due|later|earlier|another day)\b.*"
    r"|.*\btag.*"
)
_NOT_THE_TITLE = re.compile(r"\b(?:priority|prio|tags?|due|date|deadline|reminder|time)\b")


def read(clause: Clause) -> Plan | None:
    """Read a command that changes a title."""
    return _renamed(clause.plain, clause) or _unsaid(clause)


def _renamed(piece: Piece, clause: Clause) -> Plan | None:
    if found := piece.first_match(_RENAMED):
        new = _new_title(found.first("title", "quoted") or piece.empty)
        return change(found.get("task"), clause, lambda t: call("update_task", t, title=new))
    for forms_of_change in (_CHANGED, _BECOMES):
        found = piece.first_match(forms_of_change)
        title = found.first("title", "quoted") if found else None
        if not found or not title or _NO_TITLE.fullmatch(title.text.strip(" .!")):
            continue
        named = found["task"]
        selection = target(named, clause)
        dated = title.dates and forms_of_change is _BECOMES
        if dated or not (selection.found or re.fullmatch("it|that|this", named.text)):
            continue
        said, new = named.trimmed().written, _new_title(title)
        return on_tasks(selection, lambda t, s=said, n=new: _replaced(t, s, n))
    return None


def _new_title(title: Piece) -> str:
    return title.written if re.fullmatch(ANY, title.text) else polite(title).written


def _replaced(task: TaskRead, old: str, new: str) -> Call:
    """Return the call that gives a new title, or changes the part of the title that was said."""
    found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", task.title, re.IGNORECASE)
    if found and found[0].lower() != task.title.lower() and _likewise(old, new):
        title = task.title[: found.start()] + new + task.title[found.end() :]
        return call("update_task", task, title=title)
    return call("update_task", task, title=new)


def _likewise(old: str, new: str) -> bool:
    """Tell "chapter 7 should be chapter 9" from a whole new title."""
    one, two = old.lower().split(), new.lower().split()
    return len(one) == len(two) and (len(one) == 1 or bool(set(one) & set(two)))


def _unsaid(clause: Clause) -> Plan | None:
    """Read a command that does not say what to change."""
    for stem, unsaid in _UNSAID.items():
        found = clause.plain.fullmatch(unsaid)
        if not found:
            continue
        task, field = found["task"], (found.get("field") or found.piece.empty).text
        # What is to be changed may have been said before: a date, most often.
        said = clause.before and references.refers(task.text)
        if said or task.dates or (_NOT_THE_TITLE.search(task.text)):
            return None
        return change(
            task,
            clause,
            lambda t, s=stem, f=field: More("what", s.format(field=f, title=t.title), (t,)),
            "change {}",
        )
    return None
