"""Shapes of a message to the assistant and of the events of its reply."""

import uuid
import zoneinfo
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.conversations import MessageRead

MAX_MESSAGE = 2000
# Text with something to see in it; PostgreSQL stores no NUL character at all.
SAID = r"^[^\x00]*[^\s\x00][^\x00]*$"


def _known_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    # A name may lead to a folder, or to what is no zone.
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError("use an IANA time zone, such as Europe/Berlin or UTC") from None
    return name


TimeZone = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_known_zone)]


class ChatRequest(BaseModel):
    """Message of a user."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "message": "remind me to call Ann tomorrow at 5pm",
                    "conversation_id": None,
                    "time_zone": "Europe/Berlin",
                }
            ]
        },
    )

    message: Annotated[str, Field(min_length=1, max_length=MAX_MESSAGE, pattern=SAID)]
    conversation_id: Annotated[
        uuid.UUID | None, Field(description="Null begins a new conversation.")
    ] = None
    time_zone: Annotated[
        TimeZone, Field(description="The user's IANA zone: it decides what tomorrow and 5pm are.")
    ] = "UTC"


class ConversationStarted(BaseModel):
    """The event `conversation`: which conversation this is, sent first."""

    id: uuid.UUID
    title: str


class TextDelta(BaseModel):
    """The event `text`: the next words of the reply."""

    delta: str


class ReplyDone(BaseModel):
    """The event `done`: the reply is complete and stored."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID


class ChatReply(BaseModel):
    """A whole reply, for who does not want it as a stream."""

    conversation_id: uuid.UUID
    message: MessageRead
