"""Shapes of events on the wire: CloudEvents 1.0 as JSON."""

import uuid
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.tasks import TaskRead

SOURCE = "/todo/backend"
TASK_EVENTS = "task-events"
TASK_UPDATES = "task-updates"
REMINDERS = "reminders"


class TaskEventType(StrEnum):
    """Say what happened to a task; any change that does not complete it is an update."""

    CREATED = "com.todo.task.created"
    UPDATED = "com.todo.task.updated"
    COMPLETED = "com.todo.task.completed"
    DELETED = "com.todo.task.deleted"

    @property
    def topic(self) -> str:
        return TASK_UPDATES if self is TaskEventType.UPDATED else TASK_EVENTS


class ReminderEventType(StrEnum):
    """Say that the moment of a reminder has come."""

    DUE = "com.todo.reminder.due"

    @property
    def topic(self) -> str:
        return REMINDERS


class WokenBy(StrEnum):
    """Say what made the app look for due reminders: how a late one is explained.

    `process` is its own clock, its start, or a change of a reminder made there.
    """

    JOB = "job"
    SWEEP = "sweep"
    PROCESS = "process"


class Event(BaseModel, frozen=True):
    """The envelope; a sidecar adds fields of its own on the way, which readers ignore."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: uuid.UUID
    source: str = SOURCE
    type: TaskEventType | ReminderEventType
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    # The sidecar replaces both when `traceid`, its older name for the same value, is missing.
    traceparent: str | None = None
    traceid: str | None = None
    partitionkey: str


class TaskEventData(BaseModel):
    """The change: the whole task as it is now, so that no reader needs to ask for it.

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


class TaskEvent(Event, frozen=True):
    """A change of a task."""

    type: TaskEventType
    sequence: str
    data: TaskEventData


class ReminderEventData(BaseModel):
    """A reminder that is due: `remind_at` is the moment it was set to, `occurred_at` this one."""

    task_id: uuid.UUID
    user_id: str
    title: str
    occurred_at: AwareDatetime
    remind_at: AwareDatetime
    woken_by: WokenBy


class ReminderEvent(Event, frozen=True):
    """A reminder that is due. No change of its task, so it has no `sequence`."""

    type: ReminderEventType = ReminderEventType.DUE
    data: ReminderEventData
