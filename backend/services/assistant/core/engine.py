"""The engine protocol: it reads one message of a user and yields its reply, piece by piece."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from enumerations import Role
from schemas.conversations import ToolUse
from schemas.memory import Memory
from services.assistant.core.reading import Read, directly
from services.assistant.core.tools import Toolbox


@dataclass(frozen=True)
class Text:
    """The next words of the reply."""

    delta: str


# A call of a tool comes twice: when it begins, and with its result.
Event = Text | ToolUse


@dataclass(frozen=True)
class Past:
    """An earlier message of the conversation."""

    role: Role
    text: str
    tools: Sequence[ToolUse] = ()


@dataclass
class Turn:
    """One message, and what a reply to it may know and use.

    Args:
        now: aware, in the zone of the user: it decides what "tomorrow" is.
        history: the messages before, oldest first; bounded.
        memory: what is remembered; the reply changes it, and it is saved when the reply ends.
        forgetful: the memory is away, so that nothing can be asked back.
        engine: who replies, for those who count; an answer to a question needs none.
        read: runs what reads the message.
    """

    message: str
    now: datetime
    tools: Toolbox
    history: Sequence[Past] = ()
    memory: Memory = field(default_factory=Memory)
    forgetful: bool = False
    engine: str = "none"
    read: Read = directly


class Engine(Protocol):
    """Understand a message and reply to it."""

    name: str

    def reply(self, turn: Turn) -> AsyncIterator[Event]:
        """Yield the reply; raise a Problem when it cannot be given or finished."""
        ...
