"""Every query about tasks."""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from enumerations import Priority
from models import Tag, Task, TaskTag, UtcDateTime
from repositories import cursors
from repositories.cursors import Cursor
from schemas.tasks import Sort, Status, TaskFilter
from schemas.text import WRITTEN, fold, tag_key

# Stand-ins for "no due date": such tasks come last in both directions. The schema refuses both ends
# of the calendar; an older release took them, and a task of that time is listed as undated.
_NEVER_ASC = datetime.max.replace(tzinfo=UTC)
_NEVER_DESC = datetime.min.replace(tzinfo=UTC)


class TaskRepository:
    """Read and write the tasks of one user: a task of someone else does not exist here."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    def add(self, task: Task) -> None:
        self._session.add(task)

    async def get(self, task_id: uuid.UUID) -> Task | None:
        """Return the task, or None."""
        return await self._session.scalar(self._mine().where(Task.id == task_id))

    async def get_for_update(self, task_id: uuid.UUID) -> Task | None:
        """Return the task and keep its row locked until the transaction ends, or None."""
        return await self._session.scalar(
            self._mine().where(Task.id == task_id).with_for_update(of=Task)
        )

    async def delete(self, task: Task) -> None:
        await self._session.delete(task)

    async def page(
        self, conditions: TaskFilter, sort: Sort, limit: int, cursor: str | None
    ) -> tuple[list[Task], str | None]:
        """Return up to `limit` tasks after `cursor`, and the cursor of the next page."""
        key = _sort_key(sort)
        query = self._mine().where(*_conditions(conditions, self._user_id))
        if cursor is not None:
            query = query.where(_after(key, cursors.decode(cursor, sort)))
        order = (key.desc(), Task.id.desc()) if sort.descending else (key, Task.id)
        # One more than asked for tells whether there is a next page. The tags come along: asking
        # for them apart took a quarter of the time of a page.
        query = query.options(joinedload(Task.tag_rows)).order_by(*order).limit(limit + 1)
        rows = list((await self._session.scalars(query)).unique())
        if len(rows) <= limit:
            return rows, None
        last = rows[limit - 1]
        return rows[:limit], cursors.encode(Cursor(sort, getattr(last, sort.column), last.id))

    async def of(self, ids: Collection[uuid.UUID]) -> list[Task]:
        """Return those of some tasks that there are."""
        query = self._mine().where(Task.id.in_(ids)).options(joinedload(Task.tag_rows))
        return list((await self._session.scalars(query)).unique())

    def _mine(self) -> Select[Task]:
        return select(Task).where(Task.user_id == self._user_id)


class StaleTasks:
    """Tasks, of everybody, that a release which knows less has written."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, limit: int, after: Task | None) -> list[Task]:
        """Return the next ones, locked: those made first by a user come first."""
        place = tuple_(Task.user_id, Task.created_at, Task.id)
        query = select(Task).where(Task.search_version.is_distinct_from(Task.version))
        if after is not None:
            types = [Task.user_id.type, Task.created_at.type, Task.id.type]
            query = query.where(
                place > tuple_(after.user_id, after.created_at, after.id, types=types)
            )
        query = query.order_by(Task.user_id, Task.created_at, Task.id).limit(limit)
        return list(await self._session.scalars(query.with_for_update(of=Task, skip_locked=True)))


def _conditions(wanted: TaskFilter, user_id: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status is Status.OPEN:
        found.append(Task.completed_at.is_(None))
    if wanted.status is Status.DONE:
        found.append(Task.completed_at.is_not(None))
    if wanted.q:
        found.append(_contains(wanted.q))
    if wanted.tag is not None:
        # The spelling asked for, too: a release that knows no other may have stored it.
        name = select(Tag.name).where(Tag.user_id == user_id, Tag.key == tag_key(wanted.tag))
        spelled = or_(TaskTag.tag == name.scalar_subquery(), TaskTag.tag == wanted.tag)
        found.append(Task.tag_rows.any(spelled))
    if wanted.due_before is not None:
        found.append(Task.due_at < wanted.due_before)
    if wanted.due_after is not None:
        found.append(Task.due_at > wanted.due_after)
    if wanted.priority is not None:
        found.append(Task.priority == wanted.priority)
    return found


def _contains(wanted: str) -> ColumnElement[bool]:
    needle = wanted.lower()
    written = (func.lower(getattr(Task, name)) for name in WRITTEN)
    plain = or_(*(text.contains(needle, autoescape=True) for text in written))
    folded = Task.search.contains(fold(wanted), autoescape=True)
    return case((Task.search_version == Task.version, folded), else_=plain)


def _sort_key(sort: Sort) -> ColumnElement[Any]:
    match sort.column:
        case "due_at":
            return func.coalesce(Task.due_at, literal(_never(sort), UtcDateTime()))
        case column:
            return getattr(Task, column)


def _after(key: ColumnElement[Any], cursor: Cursor) -> ColumnElement[bool]:
    value: datetime | Priority = cursor.value if cursor.value is not None else _never(cursor.sort)
    here = tuple_(key, Task.id)
    there = tuple_(value, cursor.id, types=[key.type, Task.id.type])
    return here < there if cursor.sort.descending else here > there


def _never(sort: Sort) -> datetime:
    return _NEVER_DESC if sort.descending else _NEVER_ASC
