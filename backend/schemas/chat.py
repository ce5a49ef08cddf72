"""Shapes of a message to the assistant and of the events of its reply."""

import re
import uuid
import zoneinfo
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.conversations import MessageRead
from schemas.text import SAID

MAX_MESSAGE = 2000


# As new zones are named. A browser may know one that this server does not, and where it knows
# none at all it says Etc/Unknown: whoever sits before it can do nothing about that.
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){1,2}")


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    # A name may lead to a folder, or to what is no zone.
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        if _ZONE_NAME.fullmatch(name):
            return "UTC"
        raise ValueError("use an IANA time zone, such as Europe/Berlin or UTC") from None
    return name


TimeZone = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_zone)]


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
        TimeZone,
        Field(
            description=(
                "The user's IANA zone: it decides what tomorrow and 5pm are. One that is not known "
                "here, such as Etc/Unknown, is taken for UTC."
            )
        ),
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
