"""The tasks that a message can be about: hundreds at once, read as rows and never changed."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import anyio.lowlevel
from sqlalchemy import ColumnElement, Select, Subquery, bindparam, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from models import Task, TaskTag, UtcDateTime
from schemas.tasks import TaskRead
from schemas.text import fold

_COLUMNS = (
    Task.id, Task.title, Task.description, Task.completed_at.is_not(None).label("completed"),
    Task.completed_at, Task.due_at, Task.remind_at, Task.reminded_at, Task.priority, Task.version,
    Task.created_at, Task.updated_at,
)  # fmt: skip
NAMES = tuple(column.key for column in _COLUMNS)
_NEVER = datetime.max.replace(tzinfo=UTC)
# Between two of them the process does what others wait for.
_ROWS = 50
_Key = ColumnElement[Any] | InstrumentedAttribute[Any]
_Query = Select[*tuple[Any, ...]]


def _mine(key: _Key) -> _Query:
    return select(*_COLUMNS, key.label("key")).where(Task.user_id == bindparam("user_id"))


def _with_tags(page: Subquery, *order: ColumnElement[Any]) -> _Query:
    return (
        select(*(page.c[name] for name in NAMES), TaskTag.tag)
        .outerjoin_from(page, TaskTag, TaskTag.task_id == page.c.id)
        .order_by(*order, TaskTag.position)
    )


def _due_first() -> _Query:
    due = func.coalesce(Task.due_at, literal(_NEVER, UtcDateTime()))
    query = _mine(due).where(Task.completed_at.is_(None)).order_by(due, Task.id)
    page = query.limit(bindparam("most")).subquery()
    return _with_tags(page, page.c.key, page.c.id)


def _done_last() -> _Query:
    query = _mine(Task.updated_at).where(Task.completed_at.is_not(None))
    order = (Task.updated_at.desc(), Task.id.desc())
    page = query.order_by(*order).limit(bindparam("most")).subquery()
    return _with_tags(page, page.c.key.desc(), page.c.id.desc())


# Made once: to make them took a quarter of the time of a short message's tasks.
_DUE_FIRST, _DONE_LAST = _due_first(), _done_last()


class KnownTasks:
    """Read tasks of one user, of each kind in one statement.

    A statement looks through all that the user has, so pages would do so again and again. And to
    make an object of the session of each row takes three times as long.
    """

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def due_first(self, most: int) -> list[TaskRead]:
        """Return open tasks, those due first first."""
        return await self._read(_DUE_FIRST, most)

    async def done_last(self, most: int) -> list[TaskRead]:
        """Return tasks that are done, those changed last first."""
        return await self._read(_DONE_LAST, most)

    async def saying(self, texts: Sequence[str], most: int) -> list[TaskRead]:
        """Return the tasks that say some of the texts: most of them first, then in fewest words."""
        # Each text stands in the statement once: making one of forty took a tenth of a second.
        written = case(
            (Task.search_version == Task.version, Task.search), else_=func.lower(Task.title)
        )
        says = (written.contains(fold(text), autoescape=True) for text in texts)
        said = sum((case((each, 1), else_=0) for each in says), literal(0))
        found = _mine(said).subquery()
        query = select(found).where(found.c.key > 0)
        order = (found.c.key.desc(), func.length(found.c.title), found.c.id)
        page = query.order_by(*order).limit(bindparam("most")).subquery()
        order = (page.c.key.desc(), func.length(page.c.title), page.c.id)
        return await self._read(_with_tags(page, *order), most)

    async def _read(self, query: _Query, most: int) -> list[TaskRead]:
        found = await self._session.execute(query, {"user_id": self._user_id, "most": most})
        tasks: dict[uuid.UUID, TaskRead] = {}
        for rows in found.partitions(_ROWS):
            for *values, tag in rows:
                fields = dict(zip(NAMES, values, strict=True))
                task = tasks.get(fields["id"])
                if task is None:
                    task = TaskRead.model_validate(fields | {"tags": []})
                    tasks[task.id] = task
                if tag is not None:
                    task.tags.append(tag)
            await anyio.lowlevel.checkpoint()
        return list(tasks.values())
