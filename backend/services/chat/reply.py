"""One reply while it is given: what it came to so far, for its reader and for the database."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Self

import anyio
from pydantic import BaseModel

from errors import Problem, ReplyInterrupted
from schemas.chat import ConversationStarted, ReplyDone, TextDelta
from schemas.conversations import MessageRead, ToolStatus, ToolUse
from schemas.system import ProblemRead
from services.assistant.core.engine import Event, Text
from services.chat.shown import shown

_CUT = (
    "The reply was cut short while this ran: whether it was done is not known. Look at your list."
)


@dataclass(frozen=True)
class Sent:
    """One event of a reply, as it travels."""

    event: str
    data: BaseModel


class Reply:
    """Hold a reply and its events until it has ended; a reader may come, wait, and go away.

    Args:
        id: of the message that it becomes.
        problem: what ended it early.
        choices: the answers to what it asks that can be pressed.
        message: the reply as it is stored, once it is.
    """

    def __init__(
        self, conversation_id: uuid.UUID, title: str, reply_id: uuid.UUID | None = None
    ) -> None:
        self.id = reply_id or uuid.uuid4()
        self.conversation_id = conversation_id
        self.text = ""
        self.uses: dict[str, ToolUse] = {}
        self.problem: Problem | None = None
        self.choices: list[str] = []
        self.message: MessageRead | None = None
        self._sent = [Sent("conversation", ConversationStarted(id=conversation_id, title=title))]
        self._over = False
        self._news = asyncio.Event()

    def add(self, event: Event) -> None:
        """Add the next piece and send it."""
        if isinstance(event, Text):
            self.text += event.delta
            self._send(Sent("text", TextDelta(delta=event.delta)))
        else:
            self.uses[event.id] = use = shown(event)
            self._send(Sent("tool", use))

    @classmethod
    def again(cls, conversation_id: uuid.UUID, title: str, message: MessageRead) -> Self:
        """Return a reply that was given and stored, to be sent once more."""
        reply = cls(conversation_id, title, message.id)
        for use in message.tools:
            reply.add(use)
        if message.text:
            reply.add(Text(message.text))
        reply.close(message)
        return reply

    def cut(self, problem: Problem) -> None:
        """Note what ended the reply early; calls that still ran have failed by that."""
        self.problem = problem
        failure = {"error": ReplyInterrupted(_CUT).body()}
        for use in list(self.uses.values()):
            if use.status is ToolStatus.RUNNING:
                self.add(use.model_copy(update={"status": ToolStatus.FAILED, "result": failure}))

    def close(self, message: MessageRead) -> None:
        """Send the end of a reply that is stored."""
        self.message = message
        done = ReplyDone(message_id=message.id, conversation_id=self.conversation_id)
        self._send(Sent("error", message.problem) if message.problem else Sent("done", done), True)

    def fail(self, problem: Problem) -> None:
        """Send the end of a reply that could not be stored."""
        self.problem = problem
        self._send(Sent("error", ProblemRead.model_validate(problem.body())), True)

    async def follow(self, quiet_seconds: float) -> AsyncGenerator[Sent | None]:
        """Yield every event from the first to the last, and None when nothing came for so long."""
        taken = 0
        while taken < len(self._sent) or not self._over:
            if taken < len(self._sent):
                yield self._sent[taken]
                taken += 1
                continue
            with anyio.move_on_after(quiet_seconds) as waiting:
                await self._news.wait()
            if waiting.cancelled_caught:
                yield None

    async def whole(self) -> MessageRead:
        """Wait for the end and return the reply; raise a Problem when it could not be stored."""
        while not self._over:
            await self._news.wait()
        if self.message is None:
            raise self.problem or Problem()
        return self.message

    def _send(self, sent: Sent, last: bool = False) -> None:
        self._sent.append(sent)
        self._over = last
        self._news.set()
        self._news = asyncio.Event()
