"""Completing tasks: by command, or by saying that the thing is done."""

import re

from services.assistant.engines.offline.intents.targets import target
from services.assistant.engines.offline.planning.plan import Plan, call, on_tasks
from services.assistant.engines.offline.planning.selection import Reason, Selection, select
from services.assistant.language.dates import END_OF_DAY, When
from services.assistant.language.lexicon.vocabulary import VERBS
from services.assistant.language.lexicon.words import is_past, tokens
from services.assistant.language.politeness import Clause, asked, clauses, polite
from services.assistant.language.sentence import D, Piece, Sentence
from services.assistant.language.sentence_forms import form, forms
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, Match, best

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
# "check" alone is also said of looking: only of a task that is there.
_CHECK = form("check TASK")
# Whoever says only this means what was said before it.
_DONE = (
    r"(?:i'm |i am |we're |all )?(?:done|finished|completed?|check|checked|ticked(?: off)?|ready)"
    r"(?: with)?[!. ]*"
)
_DONE_WITH = forms(
    "[(i'm|i am|we're|we are|all)] [(now|already|finally|just)] (done|finished|through) with TASK",
    "[(just|already|finally)] (done|finished|completed|ticked off) [(today|so far|now)]: TASK",
    "[(just|already|finally)] (done|finished|completed|ticked off) [DATE]: TASK",
)
# Sentences that say that something is done.
_IS_DONE = forms(
    "[(i|we|i've|we've)] [(just|already|finally)] (took care of|taken care of|dealt with|handled"
    "|got around to|got round to|managed to|managed|sorted out|sorted|wrapped up) TASK",
    "TASK [(is|are|was|were|has been|have been|got)] [(now|already|finally|all|both|just)]"
    " (done|finished|complete|completed|ready|over|behind me|sorted|sorted out|taken care of"
    "|through|check|checked|wrapped up|out of the way|handled|dealt with)",
    "TASK's [(now|already|finally|all)] (done|finished|complete|completed|ready|over)",
)
_SUBJECT = (
    "^(?:(?:i|we)(?:'ve| have|'d| had| also| just| already| finally| even| actually)*"
    r"|have|just|already|finally|also|so|and|all)\b"
)
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|nothing|yet to|forgot to|failed|can't|won't|don't)\b|n't\b"
)
_QUESTION = re.compile(
    r"(?:what|which|when|where|who|why|how|is|are|was|were|do|does|did i|did you|can|could|would"
    rf"|will|should|shall|am|may|has|have i|did (?:the |my )?\w+ (?:{'|'.join(sorted(VERBS))}))\b"
)
_IS = re.compile(r"\b(?:is|are|was|were|has been|have been|has|have|got)\b|'s\b|'re\b")
_ENOUGH = 0.6


def read(clause: Clause, context: Context) -> Plan | None:
    """Read a command that completes tasks."""
    piece, memory = clause.command, context.memory
    if piece.fullmatch(_DONE) and (clause.before or memory.last or memory.listed):
        return _complete(piece.empty, clause, context)
    found = piece.first_match(_DONE_WITH)
    if found:
        return _complete(found["task"], clause, context)
    # A tick at the end is cut off with other marks that say nothing.
    command = asked(piece, r"[\w✔✅☑\ue000-\ue3ff]") or piece
    found = command.first_match(_COMMANDS) or piece.sentence.whole.fullmatch(_COMMANDS[-2])
    if found:
        task = found["task"]
        if re.search(r"\b(?:not|un|back)$", task.text) or _means_a_change(found.match[0]):
            return None
        if task.dates and (when := task.dates[-1]).relation and " due" not in task.text:
            # "finish the report by friday" is a plan.
            return _planned(task.without(rf"\s*{D}"), when, clause, context)
        return _complete(task, clause, context)
    found = command.fullmatch(_CHECK)
    known = best(found["task"].written, context.open) if found else None
    if found and known and known.fit >= Fit.ALL_SAID:
        return _complete(found["task"], clause, context)
    return None


def _means_a_change(text: str) -> bool:
    return bool(
        re.match("(?:set|put|call|get) ", text) and not re.search(f"{_STATES[1:-1]}|off", text)
    )


def _complete(rest: Piece, clause: Clause, context: Context) -> Plan:
    selection = target(rest, clause, context)
    return on_tasks(selection, lambda task: call("complete_task", task), "complete {}")


def _planned(task: Piece, when: When, clause: Clause, context: Context) -> Plan | None:
    if when.reading.empty:
        return None
    due = when.reading.moment(context.now, END_OF_DAY).isoformat()
    selection = target(task, clause, context)
    return on_tasks(selection, lambda t: call("update_task", t, due_at=due))


def read_statement(sentence: Sentence, context: Context) -> Plan | None:
    """Read a sentence that says that something was done, when there is a task for it."""
    if sentence.text.rstrip("!. ").endswith("?") or not context.open:
        return None
    said = list(clauses(sentence))
    befores = [polite(each.before) for each in said if each.before]
    for piece in (polite(sentence.whole), *(each.command for each in said), *befores):
        if selection := _said_done(piece, sentence, context):
            return on_tasks(selection, lambda task: call("complete_task", task))
    return None


def _said_done(piece: Piece, sentence: Sentence, context: Context) -> Selection | None:
    if _NEGATED.search(piece.text) or _QUESTION.match(piece.text):
        return None
    for pattern in (*_DONE_WITH, *_IS_DONE):
        if found := piece.fullmatch(pattern):
            selection = select(found["task"], context, hint=sentence.whole.written)
            if selection.found and not selection.sweeping:
                return selection
    words = tokens(piece.without(_SUBJECT).written) or ["-"]
    past = is_past(words[0]) or (bool(piece.match(_SUBJECT)) and any(map(is_past, words)))
    state = bool(_IS.search(piece.text)) or is_past(words[-1])
    return _matched(piece, sentence, context, past) if past or state else None


def _matched(piece: Piece, sentence: Sentence, context: Context, past: bool) -> Selection | None:
    hint = sentence.whole.written
    found, dated = best(piece.written, context.open, hint), False
    if not found or found.fit < Fit.ALL_SAID:
        # The dates are not of the title, so they say when: "read chapter 7 by sunday" is a plan.
        if any(_is_ahead(when, context) for when in piece.dates):
            return None
        plain, dated = piece.without(D), bool(piece.dates)
        found = best(plain.written, context.open, hint)
        if is_past(tokens(plain.written)[-1:][0] if tokens(plain.written) else "") and (
            not found or found.fit < Fit.ALL_SAID
        ):
            # "email to Paul sent": the verb may be another than the title's.
            found = best(plain.written.rpartition(" ")[0], context.open, hint) or found
    if not found or (found.fit < Fit.ALL_SAID and found.score < _ENOUGH):
        return None
    if not past and (found.fit < Fit.ALL_SAID or dated):
        return None
    return _several(found, piece)


def _is_ahead(when: When, context: Context) -> bool:
    """Tell a time that is still to come, or may be: what is done was done by now."""
    return when.reading.day is None or when.reading.day > context.now.date()


def _several(found: Match, piece: Piece) -> Selection:
    plural = found.plural or re.search(r"\b(?:both|all)\b", piece.text)
    meant = len(found.tasks) == 1 or plural
    reason = Reason.MEANT if meant else Reason.SEVERAL
    return Selection(reason, found.tasks, piece.written, gathered=True)
