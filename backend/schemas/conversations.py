"""Shapes of conversations with the assistant on the wire."""

import uuid
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from enumerations import Role
from schemas.system import ProblemRead
from schemas.text import LINE

MAX_LIMIT = 100


class ToolStatus(StrEnum):
    """Say where a call of a tool stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ToolUse(BaseModel):
    """A call of a tool that the assistant made, and what came of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str = Field(examples=["add_task"])
    arguments: dict[str, Any]
    status: ToolStatus
    result: dict[str, Any] | None = Field(
        description=(
            "Null while it runs. {task} for one task, {tasks, next_cursor} for a list, {deleted} "
            "for one that was deleted, {error} with a problem when it failed. Descriptions are cut "
            "to 200 characters; of a list too long to be kept, left_out counts the others."
        )
    )


class MessageRead(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    role: Role
    text: str
    tools: list[ToolUse] = Field(description="Calls of tools, in the order they were made.")
    problem: ProblemRead | None = Field(description="What ended the reply early; else null.")
    choices: Annotated[list[str], BeforeValidator(lambda given: given or [])] = Field(
        default=[],
        description=(
            "Answers to what the reply asks, each to be sent as it stands; other words do as well."
        ),
    )
    created_at: AwareDatetime


class ConversationRead(BaseModel):
    """A conversation, without its messages."""

    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    title: str
    created_at: AwareDatetime
    updated_at: AwareDatetime


class ConversationDetail(ConversationRead):
    """A conversation and its last messages, oldest first."""

    messages: list[MessageRead]
    replying: bool = Field(description="Whether a reply is being given right now.")
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the messages before; null when there are none."
    )


class ConversationPage(BaseModel):
    """One page of conversations, those used last first."""

    items: list[ConversationRead]
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end."
    )


class ConversationPatch(BaseModel):
    """The fields to change."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "Move"}]})

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
