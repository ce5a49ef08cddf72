"""Operations on tasks: each function that changes something commits once.

The event that tells of a change is stored in the same transaction, under the task's row lock.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from errors import TaskNotFound, VersionMismatch
from models import Task, TaskTag
from repositories.storage import Storage
from repositories.tags import TagRepository
from repositories.tasks import TaskRepository
from schemas.events import TaskEventType
from schemas.tasks import Sort, TaskCreate, TaskFilter, TaskPatch, TaskReplace
from schemas.text import WRITTEN, search_text
from schemas.versions import Precondition, entity_tag
from services.clock import now
from services.events.builders import task_event
from services.events.outbox import record
from services.reminders.rules import follow_change, look_after_commit
from services.storage import make_room, most_tags, size_of


async def list_tasks(
    session: AsyncSession,
    user_id: str,
    conditions: TaskFilter,
    sort: Sort,
    limit: int,
    cursor: str | None,
) -> tuple[list[Task], str | None]:
    """Return one page of the user's tasks and the cursor of the next."""
    return await TaskRepository(session, user_id).page(conditions, sort, limit, cursor)


async def get_task(session: AsyncSession, user_id: str, task_id: uuid.UUID) -> Task:
    """Return the user's task, or raise TaskNotFound."""
    return _found(await TaskRepository(session, user_id).get(task_id), task_id)


async def create_task(session: AsyncSession, user_id: str, data: TaskCreate) -> Task:
    """Store a new task."""
    task = await add_task(session, user_id, data, uuid.uuid4())
    await session.commit()
    return task


async def add_task(
    session: AsyncSession, user_id: str, data: TaskCreate, task_id: uuid.UUID
) -> Task:
    """Add a new task and its event to a transaction, which the caller commits.

    Raises:
        TooManyTasks, TooMuchStored, TooManyTags: there is no room for more of this user's.
    """
    moment = now()
    fields = await _spelled(session, user_id, data.model_dump())
    size = size_of(*(fields[name] for name in WRITTEN))
    await make_room(session, user_id, Storage(tasks=1, bytes=size))
    # Fields that were never set would be read back from the database by the first who asks.
    task = Task(
        id=task_id,
        user_id=user_id,
        description=None,
        completed_at=None,
        due_at=None,
        remind_at=None,
        reminded_at=None,
        tag_rows=[],
        version=1,
        created_at=moment,
        updated_at=moment,
    )
    changed = apply_changes(task, fields, moment)
    index(task)
    TaskRepository(session, user_id).add(task)
    _look_if_set(session, task, changed)
    record(session, task_event(TaskEventType.CREATED, task, moment))
    return task


async def change_task(
    session: AsyncSession,
    user_id: str,
    task_id: uuid.UUID,
    data: TaskReplace | TaskPatch,
    condition: Precondition | None,
) -> Task:
    """Replace or patch a task.

    Args:
        data: a replacement sets every field, a patch only those it names.
        condition: on the version there is; None changes whatever is there.

    Raises:
        TaskNotFound: the user has no such task.
        VersionMismatch: the condition does not hold.
        TooMuchStored, TooManyTags: there is no room for more of this user's.
    """
    task = await _lock(session, user_id, task_id, condition)
    moment = now()
    changes = await _spelled(
        session, user_id, data.model_dump(exclude_unset=isinstance(data, TaskPatch))
    )
    await make_room(session, user_id, Storage(bytes=max(0, _growth(task, changes))))
    # A change that changes nothing is no new version: whoever retries is not punished for it.
    changed = apply_changes(task, changes, moment)
    if changed:
        task.version += 1
        task.updated_at = moment
        index(task)
        _look_if_set(session, task, changed)
        done = task.completed and "completed" in changed
        kind = TaskEventType.COMPLETED if done else TaskEventType.UPDATED
        record(session, task_event(kind, task, moment, changed))
    await session.commit()
    return task


async def delete_task(
    session: AsyncSession, user_id: str, task_id: uuid.UUID, condition: Precondition | None
) -> Task:
    """Delete a task and return it as it was last; raise as `change_task` does."""
    task = await _lock(session, user_id, task_id, condition)
    record(session, task_event(TaskEventType.DELETED, task, now()))
    await TaskRepository(session, user_id).delete(task)
    await session.commit()
    return task


def apply_changes(task: Task, changes: Mapping[str, Any], moment: datetime) -> list[str]:
    """Set the given fields on the task and return the names of those that differed."""
    fields = dict(changes)
    changed: list[str] = []
    if "tags" in fields:
        tags: list[str] = fields.pop("tags")
        if set_tags(task, tags):
            changed.append("tags")
    if "completed" in fields:
        completed: bool = fields.pop("completed")
        if completed != task.completed:
            task.completed_at = moment if completed else None
            changed.append("completed")
    for name, value in fields.items():
        if getattr(task, name) != value:
            setattr(task, name, value)
            changed.append(name)
    return [*changed, *follow_change(task, changed, moment)]


def _growth(task: Task, changes: Mapping[str, Any]) -> int:
    names = changes.keys() & WRITTEN
    return sum(size_of(changes[name]) - size_of(getattr(task, name)) for name in names)


async def _spelled(session: AsyncSession, user_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    if changes.get("tags"):
        tags = TagRepository(session, user_id)
        changes["tags"] = await tags.spelled(changes["tags"], most_tags(session))
    return changes


def index(task: Task) -> None:
    """Set the text that search reads to what the task says now."""
    task.search = search_text(*(getattr(task, name) for name in WRITTEN))
    task.search_version = task.version


def _look_if_set(session: AsyncSession, task: Task, changed: Collection[str]) -> None:
    # Reopening lets a reminder count again.
    if task.remind_at and not {"remind_at", "completed"}.isdisjoint(changed):
        look_after_commit(session)


def set_tags(task: Task, tags: list[str]) -> bool:
    """Give the task these tags and no others; return whether that differs."""
    if tags == task.tags:
        return False
    kept = {row.tag: row for row in task.tag_rows}
    rows: list[TaskTag] = []
    for position, tag in enumerate(tags):
        row = kept.get(tag) or TaskTag(tag=tag)
        row.position = position
        rows.append(row)
    task.tag_rows = rows
    return True


async def _lock(
    session: AsyncSession, user_id: str, task_id: uuid.UUID, condition: Precondition | None
) -> Task:
    task = _found(await TaskRepository(session, user_id).get_for_update(task_id), task_id)
    failed = condition and condition.failure(task.version)
    if failed:
        raise VersionMismatch(
            f'{failed} does not hold: the task is at version "{task.version}". GET it again, '
            "repeat your change on it, and send its ETag as If-Match.",
            headers={"ETag": entity_tag(task)},
        )
    return task


def _found(task: Task | None, task_id: uuid.UUID) -> Task:
    if task is None:
        raise TaskNotFound(f"You have no task {task_id}. List your tasks to see which ids exist.")
    return task
