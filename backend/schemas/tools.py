"""Shapes of what the tools of the assistant take and answer; models read their JSON schemas."""

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from enumerations import Priority
from schemas.tasks import (
    MAX_LIMIT,
    Moment,
    Planned,
    Sort,
    Status,
    TaskCreate,
    TaskPatch,
    TaskRead,
)
from schemas.text import LINE, TEXT

TaskId = Annotated[uuid.UUID, Field(description="Id of the task, as list_tasks tells it.")]


def _for_a_model(schema: dict[str, Any]) -> None:
    # Titles repeat the names, and a default says what a model should rather leave out.
    schema.pop("title", None)
    schema.pop("examples", None)
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
        field.pop("default", None)


_MODEL = ConfigDict(extra="forbid", json_schema_extra=_for_a_model)


class AddTask(TaskCreate):
    """A new task. Moments are RFC 3339 with an offset; a day without a time ends at 23:59:59."""

    model_config = _MODEL


class ListTasks(BaseModel):
    """Conditions of a list of tasks; every one given must hold."""

    model_config = _MODEL

    status: Status = Field(default=Status.OPEN, description="Open tasks, done ones, or all.")
    q: Annotated[
        str | None,
        Field(max_length=200, pattern=TEXT, description="Text in title or description."),
    ] = None
    tag: Annotated[str | None, Field(max_length=40, pattern=LINE, description="One tag.")] = None
    priority: Annotated[Priority | None, Field(description="Exactly this priority.")] = None
    due_before: Annotated[Moment | None, Field(description="Due before this moment.")] = None
    due_after: Annotated[Moment | None, Field(description="Due after this moment.")] = None
    sort: Annotated[
        Sort, Field(description="A leading minus means descending; without a due date comes last.")
    ] = Sort.DUE
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="At most so many.")] = 50
    cursor: Annotated[
        str | None, Field(max_length=500, description="next_cursor of the page before.")
    ] = None


class OneTask(BaseModel):
    """The task that is meant."""

    model_config = _MODEL

    task_id: TaskId


class UpdateTask(TaskPatch):
    """The fields to change, the others stay; null clears description, due date or reminder.

    `tags` is the whole new list. `completed: false` opens a task that was done.
    """

    model_config = _MODEL

    task_id: TaskId


class SetReminder(BaseModel):
    """When to remind of a task; null takes the reminder away."""

    model_config = _MODEL

    task_id: TaskId
    remind_at: Annotated[
        Planned | None, Field(description="RFC 3339 with an offset, or null for no reminder.")
    ]


class TaskResult(BaseModel):
    """The task as it is now."""

    task: TaskRead


class TasksResult(BaseModel):
    """One page of tasks."""

    tasks: list[TaskRead]
    next_cursor: str | None = Field(description="Pass as `cursor` for more; null at the end.")


class DeletedResult(BaseModel):
    """The task as it was last."""

    deleted: TaskRead
