"""Opening tasks again that were done."""

import re

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intents.targets import change
from services.assistant.engines.offline.planning.plan import Plan, Talk, Topic, call, on_tasks
from services.assistant.engines.offline.planning.selection import judged
from services.assistant.language.politeness import Clause, asked, polite
from services.assistant.language.sentence import ANY, Sentence
from services.assistant.language.sentence_forms import forms
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best

_REOPEN = "reopen|re-open|uncheck|untick|unmark|uncomplete|un-complete|restore|reactivate|resume"
_OPEN_STATE = (
    "(not done|not finished|not complete|not completed|undone|unfinished|incomplete|open|to do|todo"
    "|active|not yet done|the open list|the list|%list|pending)"
)
_FORMS = forms(
    f"({_REOPEN}) TASK",
    "open PRONOUN [up]",
    "(mark|set|put|change|move|turn|switch|bring|get|have) TASK [back] [(as|to|on|in|onto)]"
    f" {_OPEN_STATE} [again]",
    "(put|bring|get|have|move) TASK back [(on|onto|in|to) %list]",
    "(undo|revert|take back) [the] (completion|completing|finishing|marking) [of] TASK",
)
_NOT_DONE = re.compile(
    r"\b(?:not|never|failed|again|forgot|to redo|after all)\b|n't\b",
)
_ENOUGH = 0.6


def read(clause: Clause) -> Plan | None:
    """Read a command that opens tasks again."""
    command = asked(clause.command, rf"(?:\w|{ANY})")
    found = command.first_match(_FORMS) if command else None
    if not found:
        return None
    return change(found.first("task", "pronoun"), clause, _opened, "reopen {}", done=True)


def _opened(task: TaskRead) -> Call:
    return call("update_task", task, completed=False)


def read_statement(sentence: Sentence, context: Context) -> Plan | None:
    """Read a sentence that says that something is not done."""
    if not _NOT_DONE.search(sentence.text) or sentence.text.endswith("?"):
        return None
    said = polite(sentence.whole).written
    done, still_open = best(said, context.done), best(said, context.open)
    if still_open and still_open.score >= max(_ENOUGH, done.score + 0.01 if done else 0):
        return Talk(Topic.STILL_OPEN, still_open.tasks)
    if not done or (done.fit < Fit.ALL_SAID and done.score < _ENOUGH):
        return None
    return on_tasks(judged(done, sentence.whole, said), _opened)
