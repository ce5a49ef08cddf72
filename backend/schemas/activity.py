"""Shapes of activity: the events that are read, the entries that are shown."""

import uuid
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from schemas.events import ReminderEventType, TaskEventType
from schemas.tasks import Moment
from schemas.text import TEXT

MAX_LIMIT = 100
# What fits a bigint and survives JavaScript.
MAX_SEQUENCE = 2**53 - 1


FieldName = Annotated[str, Field(max_length=40, pattern=TEXT)]


class ActivityType(StrEnum):
    """Say what happened, in the words of the events."""

    TASK_CREATED = TaskEventType.CREATED.value
    TASK_UPDATED = TaskEventType.UPDATED.value
    TASK_COMPLETED = TaskEventType.COMPLETED.value
    TASK_DELETED = TaskEventType.DELETED.value
    REMINDER_DUE = ReminderEventType.DUE.value

    @property
    def topic(self) -> str:
        """Return the topic that carries such events."""
        if self is ActivityType.REMINDER_DUE:
            return ReminderEventType.DUE.topic
        return TaskEventType(self).topic


class ReceivedData(BaseModel):
    """The part of an event that activity and notices want; the rest may change without them."""

    task_id: uuid.UUID
    user_id: Annotated[str, Field(min_length=1, max_length=255, pattern=TEXT)]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]
    sequence: Annotated[int, Field(ge=0, le=MAX_SEQUENCE)] = 0
    occurred_at: Moment
    changed: Annotated[list[FieldName], Field(max_length=40)] = []
    remind_at: Moment | None = None
    woken_by: Annotated[str, Field(max_length=16, pattern=TEXT)] = ""


class ReceivedEvent(BaseModel):
    """A CloudEvent as a consumer accepts it: bounded, so that the database takes all of it."""

    specversion: Literal["1.0"]
    id: Annotated[str, Field(min_length=1, max_length=64, pattern=TEXT)]
    type: ActivityType
    traceparent: str | None = None
    data: ReceivedData

    @model_validator(mode="after")
    def _reminder_is_whole(self) -> Self:
        if self.type is ActivityType.REMINDER_DUE:
            # The notice goes by the event's id, and says which moment it is for.
            uuid.UUID(self.id)
            if self.data.remind_at is None:
                raise ValueError("a reminder names the moment it was set to: data.remind_at")
        return self

    @property
    def sequence(self) -> int:
        """Return the place among the changes of the task, from 1; 0 for what is no change of it."""
        return 0 if self.type is ActivityType.REMINDER_DUE else self.data.sequence


class ActivityRead(BaseModel):
    """One thing that happened to a task."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0b0f6f58-4f0e-4a43-8a86-4e2f6c1b7d11",
                    "position": 7,
                    "type": "com.todo.task.updated",
                    "task_id": "4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10",
                    "sequence": 2,
                    "title": "Book the train",
                    "changed": ["title", "due_at"],
                    "occurred_at": "2026-02-01T08:00:00Z",
                }
            ]
        },
    )

    id: str = Field(validation_alias="event_id", description="Id of the event.")
    position: int = Field(description="Place in the order of arrival; the id of a stream's events.")
    type: ActivityType
    task_id: uuid.UUID
    sequence: int = Field(description="Version of the task this made; 0 for a reminder.")
    title: str
    changed: list[str] = Field(description="Fields of the task that were changed.")
    occurred_at: AwareDatetime


class ActivityPage(BaseModel):
    """One page of activity, newest first."""

    items: list[ActivityRead]
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end."
    )
