"""Shapes of events on the wire: CloudEvents 1.0 as JSON."""

import uuid
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.tasks import TaskRead

SOURCE = "/todo/backend"
TASK_EVENTS = "task-events"
TASK_UPDATES = "task-updates"


class TaskEventType(StrEnum):
    """Say what happened to a task; any change that does not complete it is an update."""

    CREATED = "com.todo.task.created"
    UPDATED = "com.todo.task.updated"
    COMPLETED = "com.todo.task.completed"
    DELETED = "com.todo.task.deleted"

    @property
    def topic(self) -> str:
        return TASK_UPDATES if self is TaskEventType.UPDATED else TASK_EVENTS


class TaskEventData(BaseModel):
    """What happened: the whole task as it is now, so that no reader needs to ask for it.

    `sequence` is the task's version after the change and orders the events of one task; deleting
    counts as one more version. `changed` names the fields an update or a completion changed.
    """

    task_id: uuid.UUID
    user_id: str
    title: str
    sequence: int
    occurred_at: AwareDatetime
    task: TaskRead | None
    changed: list[str]


class TaskEvent(BaseModel):
    """The envelope; a sidecar adds fields of its own on the way, which readers ignore."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: uuid.UUID
    source: str = SOURCE
    type: TaskEventType
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    # The sidecar replaces both when `traceid`, its older name for the same value, is missing.
    traceparent: str | None = None
    traceid: str | None = None
    sequence: str
    partitionkey: str
    data: TaskEventData
