"""The tasks that a message can be about: searched for in the database, not carried whole."""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import Task
from repositories.known_tasks import KnownTasks
from repositories.tasks import TaskRepository
from schemas.memory import Memory
from schemas.tasks import TaskRead
from services.assistant.language.lexicon.vocabulary import IRREGULAR, word_set
from services.assistant.language.lexicon.words import base, content, tokens

_NEVER = datetime.max.replace(tzinfo=UTC)
# Those due first, and done last, are known by whatever is said of them: a day, a typo.
FIRST_OPEN, FIRST_DONE = 150, 50
# Of a message about many, and of one that names some.
MANY, NAMED = 500, 100
# No title has more words that tell it from others.
_MOST_TEXTS = 40
_ABOUT_MANY = word_set(
    """all any anything both completed done due each every everything everyone except finished items
    list late ones other others overdue reminders rest tasks them these things those todos to-dos"""
)


@dataclass(frozen=True)
class Known:
    """Some tasks, open ones first, in the order of a list.

    Args:
        more: there are others, which say nothing of what was said.
    """

    tasks: list[TaskRead]
    more: bool


async def known(session: AsyncSession, user_id: str, said: str, memory: Memory) -> Known:
    """Return the tasks that a message can be about, after what was said before it.

    Those due first and done last; those that say one of its words; those that were spoken of. Of
    a message that speaks of many at once, up to MANY of each kind.
    """
    tasks = KnownTasks(session, user_id)
    stem = memory.question.stem if memory.question else ""
    many = "#" in said or not _ABOUT_MANY.isdisjoint(tokens(f"{stem} {said}"))
    most_open, most_done = (MANY, MANY) if many else (FIRST_OPEN, FIRST_DONE)
    # One more than is known tells whether there are others.
    open_ones = await tasks.due_first(most_open + 1)
    done_ones = await tasks.done_last(most_done + 1)
    more = len(open_ones) > most_open or len(done_ones) > most_done
    found = {task.id: task for task in (*open_ones[:most_open], *done_ones[:most_done])}
    if more:
        texts = sorted(beginnings(f"{stem} {said}"), key=len, reverse=True)[:_MOST_TEXTS]
        named = await tasks.saying(texts, NAMED) if texts else []
        spoken_of = await TaskRepository(session, user_id).of(_ids(memory) - found.keys())
        found |= {task.id: task for task in named}
        found |= {task.id: TaskRead.model_validate(task) for task in spoken_of}
    known_open = sorted((task for task in found.values() if not task.completed), key=due_first)
    known_done = [task for task in found.values() if task.completed]
    return Known([*known_open, *known_done], more)


def due_first(task: Task | TaskRead) -> tuple[datetime, datetime]:
    """Sort tasks as a list does: those without a date last, in the order they were made."""
    return task.due_at or _NEVER, task.created_at


def beginnings(said: str) -> Sequence[str]:
    """Return beginnings of the words that say which task is meant, in all their forms.

    A title that is meant has one of them, save for a typo.
    """
    bases = {base(word) for word in content(said)}
    forms = bases | {form for form, verb in IRREGULAR.items() if verb in bases}
    # "replied" and "reply" share `repli`, of which only one has the last letter.
    return sorted({form.removesuffix("i") or form for form in forms})


def _ids(memory: Memory) -> Collection[uuid.UUID]:
    """Return the ids of all tasks that are remembered, whatever for."""
    return {uuid.UUID(found) for found in _ID.findall(memory.model_dump_json())}


_ID = re.compile(r'(?<=")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=")')
