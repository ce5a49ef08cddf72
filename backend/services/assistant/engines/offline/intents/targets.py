"""The task a command means: the one it names, or the one said before it in the sentence."""

from collections.abc import Callable

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.engines.offline.planning.plan import More, Plan, Talk, on_tasks
from services.assistant.engines.offline.planning.selection import Selection, guess, select
from services.assistant.language import references
from services.assistant.language.politeness import Clause, polite
from services.assistant.language.sentence import Piece, Sentence


def change(
    piece: Piece | None,
    clause: Clause,
    make: Callable[[TaskRead], Call | More | Talk],
    stem: str = "",
    *,
    done: bool = False,
) -> Plan:
    """Plan a change of the tasks that a command means, as `on_tasks` does."""
    return on_tasks(target(piece, clause, done=done), make, stem)


def target(piece: Piece | None, clause: Clause, *, done: bool = False) -> Selection:
    """Return the tasks a command means.

    A pronoun, or no object at all, means what the clauses before the command speak of.
    """
    piece = clause.command.empty if piece is None else polite(piece) if piece else piece
    before = polite(clause.before) if clause.before else None
    text = piece.text.strip()
    unnamed = not text or references.refers(text)
    if unnamed and before and not references.refers(before.text):
        for search in (select, guess):
            found = search(before, clause.context, done=done)
            if found.found:
                return found
    if not piece and not clause.before:
        return select(Sentence.read("it", clause.context.now).whole, clause.context, done=done)
    return select(piece, clause.context, done=done)
