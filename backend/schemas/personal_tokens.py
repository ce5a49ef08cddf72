"""Shapes of personal tokens on the wire."""

import uuid
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from enumerations import TokenScope
from schemas.tasks import LINE

DEFAULT_DAYS = 90
MAX_DAYS = 365

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=LINE)]

_EXAMPLE: dict[str, Any] = {
    "id": "0b0f6f58-4f0e-5a43-8a86-4e2f6c1b7d11",
    "name": "Editor on the laptop",
    "prefix": "todo_pat_Zk3q",
    "scope": "read",
    "created_at": "2026-03-01T08:30:00Z",
    "expires_at": "2026-05-30T08:30:00Z",
    "last_used_at": None,
}


class PersonalTokenCreate(BaseModel):
    """A token to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Editor on the laptop", "scope": "read", "days": DEFAULT_DAYS}]
        },
    )

    name: Name = Field(description="Tells the token from others, such as by what it is for.")
    scope: TokenScope = Field(
        default=TokenScope.READ,
        description="`read` may only look at tasks; `write` may change and delete them as well.",
    )
    days: int = Field(
        default=DEFAULT_DAYS, ge=1, le=MAX_DAYS, strict=True, description="Until it expires."
    )


class PersonalTokenRead(BaseModel):
    """What is known of a token; the token itself is not kept."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    id: uuid.UUID
    name: str
    prefix: str = Field(description="How it starts, to recognise it by.")
    scope: TokenScope
    created_at: AwareDatetime
    expires_at: AwareDatetime
    last_used_at: AwareDatetime | None = Field(description="To the minute.")


class PersonalTokenMade(PersonalTokenRead):
    """A token that was just made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {**_EXAMPLE, "token": "todo_pat_Zk3qw0XG5tX1l1Xw3T0m9y3f6oP8cVbQ2sD4hJ7kL0n"}
            ]
        }
    )

    token: str = Field(description="The token. It is told this once only.")


class PersonalTokenList(BaseModel):
    """All your tokens, newest first, those that have expired as well."""

    items: list[PersonalTokenRead]
