"""Shapes of notices on the wire."""

import uuid
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

MAX_LIMIT = 100


class NoticeKind(StrEnum):
    """Say what a notice is about."""

    REMINDER = "reminder"


class NoticeRead(BaseModel):
    """Something you are told once, until you have read it."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0b0f6f58-4f0e-5a43-8a86-4e2f6c1b7d11",
                    "kind": "reminder",
                    "task_id": "4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10",
                    "title": "Book the train",
                    "remind_at": "2026-03-01T08:30:00Z",
                    "woken_by": "job",
                    "created_at": "2026-03-01T08:30:00.2Z",
                    "read_at": None,
                }
            ]
        },
    )

    id: uuid.UUID = Field(description="Also the id of the activity entry that tells of it.")
    kind: NoticeKind
    task_id: uuid.UUID = Field(description="The task, which may be gone by now.")
    title: str = Field(description="The task's title when the notice was given.")
    remind_at: AwareDatetime = Field(description="The moment the reminder was set to.")
    woken_by: str = Field(
        description=(
            "What made the app look for due reminders just then: `job` or `sweep` of the sidecar, "
            "or its own `process`. It explains a late notice."
        )
    )
    created_at: AwareDatetime
    read_at: AwareDatetime | None


class NoticePage(BaseModel):
    """One page of notices, newest first."""

    items: list[NoticeRead]
    unread: int = Field(description="All that are not read yet, on any page, counted to 1000.")
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end."
    )


class NoticePatch(BaseModel):
    """Whether a notice counts as read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"read": True}]})

    read: bool
