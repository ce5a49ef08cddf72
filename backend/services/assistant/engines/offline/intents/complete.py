"""What is done, and what is not after all: by command, or by saying so."""

import re

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intents.targets import change
from services.assistant.engines.offline.planning.plan import Plan, Talk, Topic, call, on_tasks
from services.assistant.engines.offline.planning.selection import Selection, judged, select
from services.assistant.language.dates.moments import END_OF_DAY
from services.assistant.language.lexicon.frames import TURNS
from services.assistant.language.lexicon.vocabulary import VERBS
from services.assistant.language.lexicon.words import is_past, tokens
from services.assistant.language.politeness import Clause, asked, clauses, is_question, polite
from services.assistant.language.sentence import ANY, D, Piece, Sentence
from services.assistant.language.sentence_forms import forms
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best

_STATES = "(done|complete|completed|finished|ready)"
_COMMANDS = forms(
    f"(mark|set|put|call|get) [off] TASK [(is|are)] [(as|to)] {_STATES} [please]",
    "(mark|set) TASK (off|checked|checked off|ticked|ticked off)",
    f"(complete|resolve|wrap up|get done) TASK [as {_STATES}]",
    f"(finish|finish off|finish up) TASK [(off|{_STATES})]",
    "(tick off|tick|check off|cross off|cross out|cross|strike off|strike out|close|close out) TASK"
    f" [(off %list|off|as {_STATES}|from %list|done|out)]",
    "(✔|✔️|✅|☑|☑️|x) TASK",
    "TASK (✔|✔️|✅|☑|☑️)",
    "what (i|we) TASK (is|are) [(now|all)] (done|finished)",
)
# Whoever says only this means what was said before it.
_DONE = (
    r"(?:i'm |i am |we're |all )?(?:done|finished|completed?|check|checked|ticked(?: off)?|ready)"
    r"(?: with)?[!. ]*"
)
_DONE_WITH = forms(
    "[(i'm|i am|we're|we are|all)] [(now|already|finally|just)] (done|finished|through) with TASK",
    "[(just|already|finally)] (done|finished|completed|ticked off) [(so far|now|DATE)]: TASK",
)
# Sentences that say that something is done.
_IS_DONE = forms(
    "[(i|we|i've|we've)] [(just|already|finally)] (took care of|taken care of|dealt with|handled"
    "|got around to|got round to|managed to|managed|sorted out|sorted|wrapped up) TASK",
    "TASK [(is|are|was|were|has been|have been|got)] [(now|already|finally|all|both|just)]"
    " (done|finished|complete|completed|ready|over|behind me|sorted|sorted out|taken care of"
    "|through|check|checked|wrapped up|out of the way|handled|dealt with)",
)
_SUBJECT = (
    "^(?:(?:i|we)(?:'ve| have|'d| had| also| just| already| finally| even| actually)*"
    r"|have|just|already|finally|also|so|and|all)\b"
)
_ASKS = re.compile(
    r"(?:do|does|did (?:you|i)|can|could|would|will|should|shall|may|have i"
    rf"|did (?:the |my )?\w+ (?:{'|'.join(sorted(VERBS))}))\b"
)
_IS = re.compile(r"\b(?:is|are|was|were|has been|have been|has|have|got)\b|'s\b|'re\b")
_REOPEN = "reopen|re-open|uncheck|untick|unmark|uncomplete|un-complete|restore|reactivate|resume"
_OPEN_STATE = (
    "(not done|not finished|not complete|not completed|undone|unfinished|incomplete|open|to do|todo"
    "|active|not yet done|the open list|the list|%list|pending)"
)
_REOPENED = forms(
    f"({_REOPEN}) TASK",
    "open PRONOUN [up]",
    "(mark|set|put|change|move|turn|switch|bring|get|have) TASK [back] [(as|to|on|in|onto)]"
    f" {_OPEN_STATE} [again]",
    "(put|bring|get|have|move) TASK back [(on|onto|in|to) %list]",
    "(undo|revert|take back) [the] (completion|completing|finishing|marking) [of] TASK",
)
_NOT_DONE = re.compile(r"\b(?:not|never|failed|again|forgot|to redo|after all)\b|n't\b")


def read(clause: Clause) -> Plan | None:
    """Read a command that completes tasks."""
    piece, memory = clause.command, clause.context.memory
    if piece.fullmatch(_DONE) and (clause.before or memory.last or memory.listed):
        return _complete(piece.empty, clause)
    found = piece.first_match(_DONE_WITH)
    if found:
        return _complete(found["task"], clause)
    command = asked(piece, r"[\w✔✅☑\ue000-\ue3ff]") or piece
    # A tick at the end is cut off with other marks that say nothing.
    found = command.first_match(_COMMANDS) or piece.sentence.whole.fullmatch(_COMMANDS[-2])
    if found:
        task = found["task"]
        if re.search(r"\b(?:not|un|back)$", task.text):
            return None
        when = task.date
        if when and when.relation and not when.reading.empty and " due" not in task.text:
            # "finish the report by friday" is a plan.
            due = when.reading.moment(clause.context.now, END_OF_DAY).isoformat()
            plain = task.without(rf"\s*{D}")
            return change(plain, clause, lambda t: call("update_task", t, due_at=due))
        return _complete(task, clause)
    return None


def _complete(rest: Piece, clause: Clause) -> Plan:
    return change(rest, clause, lambda task: call("complete_task", task), "complete {}")


def read_statement(sentence: Sentence, context: Context) -> Plan | None:
    """Read a sentence that says that something was done, when there is a task for it."""
    if sentence.text.rstrip("!. ").endswith("?") or not context.open:
        return None
    said = list(clauses(sentence, context))
    befores = [polite(each.before) for each in said if each.before]
    for piece in (polite(sentence.whole), *(each.command for each in said), *befores):
        if selection := _said_done(piece, context):
            return on_tasks(selection, lambda task: call("complete_task", task))
    return None


def _said_done(piece: Piece, context: Context) -> Selection | None:
    if TURNS.intersection(piece.words) or is_question(piece) or _ASKS.match(piece.text):
        return None
    for pattern in (*_DONE_WITH, *_IS_DONE):
        if found := piece.fullmatch(pattern):
            selection = select(found["task"], context)
            if selection.found:
                return selection
    words = tokens(piece.without(_SUBJECT).written) or ["-"]
    past = is_past(words[0]) or (bool(piece.match(_SUBJECT)) and any(map(is_past, words)))
    state = bool(_IS.search(piece.text)) or is_past(words[-1])
    return _matched(piece, context, past) if past or state else None


def _matched(piece: Piece, context: Context, past: bool) -> Selection | None:
    found, dated = best(piece.written, context.open), False
    if not found or found.fit < Fit.ALL_SAID:
        # The dates are not of the title, so they say when: "read chapter 7 by sunday" is a plan.
        days = [when.reading.day for when in piece.dates]
        if any(day is None or day > context.now.date() for day in days):
            return None
        found, dated = best(piece.without(D).written, context.open), bool(piece.dates)
    if not found or not found.likely:
        return None
    if not past and (found.fit < Fit.ALL_SAID or dated):
        return None
    return judged(found, piece, piece.written)


def read_reopening(clause: Clause) -> Plan | None:
    """Read a command that opens tasks again."""
    command = asked(clause.command, rf"(?:\w|{ANY})")
    found = command.first_match(_REOPENED) if command else None
    if not found:
        return None
    return change(found.first("task", "pronoun"), clause, _opened, "reopen {}", done=True)


def _opened(task: TaskRead) -> Call:
    return call("update_task", task, completed=False)


def read_undone(sentence: Sentence, context: Context) -> Plan | None:
    """Read a sentence that says that something is not done."""
    if not _NOT_DONE.search(sentence.text) or sentence.text.endswith("?"):
        return None
    said = polite(sentence.whole).written
    done, still_open = best(said, context.done), best(said, context.open)
    if still_open and still_open.likely and (not done or still_open.score > done.score):
        return Talk(Topic.STILL_OPEN, still_open.tasks)
    if not done or not done.likely:
        return None
    return on_tasks(judged(done, sentence.whole, said), _opened)
