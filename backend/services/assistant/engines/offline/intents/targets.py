"""The task a command means: the one it names, or the one said before it in the sentence."""

import re

from services.assistant.engines.offline.planning.selection import Reason, Selection, guess, select
from services.assistant.language import references
from services.assistant.language.politeness import Clause, polite
from services.assistant.language.sentence import Piece, Sentence
from services.assistant.language.task_context import Context

_NOTHING = re.compile(
    "(?:the )?(?:task|entry|one|it|that|this|them|those|these|him|her|all|both"
    "|that one|that task|this task)?"
)


def target(piece: Piece, clause: Clause, context: Context, *, done: bool = False) -> Selection:
    """Return the tasks a command means.

    A pronoun, or no object at all, means what the clauses before the command speak of.
    """
    piece = polite(piece) if piece else piece
    if _NOTHING.fullmatch(piece.text.strip()) and clause.before and _says_something(clause.before):
        before = clause.before
        found = select(polite(before), context, done=done)
        if found.reason in (Reason.MEANT, Reason.SEVERAL):
            return found
        guessed = guess(polite(before), context, done=done)
        if guessed.reason in (Reason.MEANT, Reason.SEVERAL):
            return guessed
    if not piece and not clause.before:
        return select(Sentence.read("it", context.now).whole, context, done=done)
    hint = clause.before.written if clause.before else ""
    return select(piece, context, done=done, hint=hint)


def _says_something(piece: Piece) -> bool:
    return bool(polite(piece)) and not references.refers(piece.text)
