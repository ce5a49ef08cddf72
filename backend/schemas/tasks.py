"""Shapes of tasks on the wire."""

import re
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from enumerations import Priority
from schemas.text import LINE, TEXT, unique_tags

MAX_LIMIT = 100
# What a plan can be for. The ends of the calendar stand for "never", and have no local time.
FIRST_YEAR, LAST_YEAR = 2000, 2100
# Beyond, some time zone has no such day. Older releases stored them.
_FIRST_TOLD = datetime(1, 1, 2, tzinfo=UTC)
_LAST_TOLD = datetime(9999, 12, 30, tzinfo=UTC)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _require_rfc3339(value: object) -> object:
    # pydantic alone would also take numbers, and read them as seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC3339.fullmatch(value)):
        return value
    raise ValueError("use RFC 3339 with an offset, such as 2026-03-01T09:00:00Z")


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("use a moment between the years 1 and 9999 in UTC") from None


def _plan(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(
            f"use a moment of the years {FIRST_YEAR} to {LAST_YEAR}, such as 2026-03-01T09:00:00Z"
        )
    return value


def _tell(value: datetime) -> datetime:
    return min(max(value, _FIRST_TOLD), _LAST_TOLD)


Title = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
Description = Annotated[str, Field(max_length=5000, pattern=TEXT)]
Tag = Annotated[str, Field(min_length=1, max_length=40, pattern=LINE)]
Tags = Annotated[
    list[Tag],
    Field(
        max_length=20,
        description=(
            "One tag, however its case, the composition of its letters and its blanks; shown as "
            "you first wrote it."
        ),
    ),
    AfterValidator(unique_tags),
]
Moment = Annotated[AwareDatetime, BeforeValidator(_require_rfc3339), AfterValidator(_to_utc)]
Planned = Annotated[Moment, AfterValidator(_plan)]
Told = Annotated[AwareDatetime, AfterValidator(_tell)]
DueAt = Annotated[
    Planned | None, Field(description=f"In the years {FIRST_YEAR} to {LAST_YEAR}, in UTC.")
]
RemindAt = Annotated[
    Planned | None,
    Field(
        description=(
            "When to give a notice, once. In the past it is given at once, after completion not at "
            f"all. In the years {FIRST_YEAR} to {LAST_YEAR}, in UTC."
        )
    ),
]

_EXAMPLE: dict[str, Any] = {
    "title": "Book the train",
    "description": "Window seat, quiet car",
    "due_at": "2026-03-01T09:00:00Z",
    "remind_at": "2026-03-01T08:30:00Z",
    "priority": "high",
    "tags": ["travel"],
}


class Status(StrEnum):
    """Choose tasks by whether they are done."""

    ALL = "all"
    OPEN = "open"
    DONE = "done"


class Sort(StrEnum):
    """Order tasks; a leading minus means descending, tasks without a due date come last."""

    CREATED = "created_at"
    CREATED_DESC = "-created_at"
    UPDATED = "updated_at"
    UPDATED_DESC = "-updated_at"
    DUE = "due_at"
    DUE_DESC = "-due_at"
    PRIORITY = "priority"
    PRIORITY_DESC = "-priority"

    @property
    def column(self) -> str:
        return self.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.startswith("-")


class TaskCreate(BaseModel):
    """A new task."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    title: Title
    description: Description | None = None
    due_at: DueAt = None
    remind_at: RemindAt = None
    priority: Priority = Priority.NORMAL
    tags: Tags = []


class TaskReplace(TaskCreate):
    """A whole task; what is left out returns to its default."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "completed": True}]})

    completed: bool = False


def _drop_defaults(schema: dict[str, Any]) -> None:
    # A field left out of a patch means "unchanged", so it has no default to document.
    for field in schema["properties"].values():
        field.pop("default", None)
    schema["examples"] = [{"completed": True}]


_UNCHANGED: Any = None


class TaskPatch(BaseModel):
    """The fields to change; null clears the description or the due date, and cancels a reminder."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_drop_defaults)

    title: Title = _UNCHANGED
    description: Description | None = None
    due_at: DueAt = None
    remind_at: RemindAt = None
    priority: Priority = _UNCHANGED
    tags: Tags = _UNCHANGED
    completed: bool = _UNCHANGED


class TaskRead(BaseModel):
    """A task as it is stored."""

    # Answers that an older release stored are read as this one: a new field needs a default.
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10",
                    **_EXAMPLE,
                    "reminded_at": None,
                    "completed": False,
                    "completed_at": None,
                    "version": 1,
                    "created_at": "2026-02-01T08:00:00Z",
                    "updated_at": "2026-02-01T08:00:00Z",
                }
            ]
        },
    )

    id: uuid.UUID
    title: str
    description: str | None
    completed: bool
    completed_at: AwareDatetime | None
    due_at: Told | None
    remind_at: Told | None
    reminded_at: AwareDatetime | None = Field(
        description=(
            "When the notice for `remind_at` was given; null until then, and again when "
            "`remind_at` changes. Giving it is no change of the task and makes no new version."
        )
    )
    priority: Priority
    tags: list[str]
    version: int = Field(description="Send it back as If-Match to protect against lost updates.")
    created_at: AwareDatetime
    updated_at: AwareDatetime


class TaskPage(BaseModel):
    """One page of tasks."""

    items: list[TaskRead]
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end."
    )


class TaskFilter(BaseModel):
    """Conditions of a list of tasks; every one given must hold."""

    model_config = ConfigDict(frozen=True)

    status: Status = Status.ALL
    q: str | None = None
    tag: str | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    priority: Priority | None = None
