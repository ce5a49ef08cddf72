"""The replies of this process: each is given to its end, whether or not somebody reads along."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from database import Database
from errors import Problem, ReplyInterrupted, ReplyTooSlow
from repositories.conversations import Claim
from schemas.chat import ChatRequest
from schemas.conversations import MessageRead
from schemas.idempotency import RequestKey
from services.assistant.assistant import Assistant
from services.assistant.choices import choices_of
from services.assistant.core.engine import Text, Turn
from services.assistant.core.reading import directly
from services.assistant.core.tools import Toolbox
from services.assistant.core.workers import Workers
from services.chat import persistence
from services.chat.memory import MemoryStore, MemoryUnavailable, Recalled, keep
from services.chat.reply import Reply
from services.clock import now
from services.limiter import AtOnce, Turns
from services.logger import get_logger
from services.telemetry import metrics, tracing

# The end of the process waits 20 s for requests; the readers of a reply shall see its end.
STOP_SECONDS = 18
_log = get_logger("replies")
_FORGOTTEN = (
    " My short memory is away right now, so I will not recognise your answer: please say it all in "
    "one sentence."
)


@dataclass(frozen=True)
class ReplyTimes:
    """Say how long things may take, in seconds.

    Args:
        claim: after which the conversation of a process that died is free again.
        renewal: how often the claim is prolonged.
        reply: after which a reply is cut short.
        stop: how long the end of the process waits for replies.
    """

    claim: float = 30
    renewal: float = 10
    reply: float = 120
    stop: float = STOP_SECONDS


class ReplyManager:
    """Give replies, one at a time in each conversation, and remember what they are about."""

    def __init__(
        self,
        database: Database,
        assistant: Assistant,
        memory: MemoryStore,
        times: ReplyTimes | None = None,
        workers: Workers | None = None,
        at_once: int = 20,
    ) -> None:
        """Prepare to reply.

        Args:
            workers: who reads the messages; None reads them here, for a program that serves nobody.
            at_once: replies that one user may be given at a time.
        """
        self._at_once = AtOnce(at_once, "replies")
        self._database, self._assistant, self.memory = database, assistant, memory
        self._times = times or ReplyTimes()
        self._workers = workers
        self._running: set[asyncio.Task[None]] = set()
        self._limits: set[asyncio.Timeout] = set()
        self._turns = Turns()
        self._stopping = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Give replies; at the end those begun are waited for, then cut short and stored."""
        yield
        await self._wait(self._times.stop)
        self.interrupt()
        await self._wait(None)

    async def start(
        self, user_id: str, request: ChatRequest, key: RequestKey | None = None
    ) -> Reply:
        """Store a message and begin the reply to it; one that was given under the key comes again.

        Raises:
            RequestRunning, KeyReused: see `persistence.repeated`.
            ConversationNotFound: the user has no such conversation.
            ConversationBusy: a reply is being given in it.
            TooManyAtOnce: the user is being given very many replies.
            TooManyConversations, TooMuchStored: there is no room for more of this user's.
            DatabaseUnavailable: nothing was stored.
        """
        again = key and await persistence.repeated(self._database, user_id, key)
        if again:
            return again
        self._at_once.begin(user_id)
        try:
            # One after the other: many at once would take the process from everybody else.
            async with self._turns.one(user_id):
                reply, task = await self._begin(user_id, request, key)
        except BaseException:
            self._at_once.end(user_id)
            raise
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: self._at_once.end(user_id))
        return reply

    async def _begin(
        self, user_id: str, request: ChatRequest, key: RequestKey | None
    ) -> tuple[Reply, asyncio.Task[None]]:
        reply_id = uuid.uuid4()
        claim = Claim(reply_id.hex, self._times.claim)
        opening = await persistence.begin(
            self._database, user_id, request.message, request.conversation_id, claim, key
        )
        turn = Turn(
            message=request.message,
            now=now().astimezone(ZoneInfo(request.time_zone)),
            tools=Toolbox(self._database, user_id, turns=self._turns),
            history=opening.history,
            read=partial(self._workers.read, user_id) if self._workers else directly,
        )
        reply = Reply(opening.conversation_id, opening.title, reply_id)
        # It is the process's from here on, not the request's, which ends with its reader.
        return reply, asyncio.create_task(self._give(user_id, turn, claim, reply))

    def interrupt(self) -> None:
        """Cut short what is being said, now and from now on; it is stored as far as it came."""
        self._stopping = True
        for limit in self._limits:
            limit.reschedule(asyncio.get_running_loop().time())

    async def _wait(self, seconds: float | None) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _give(self, user_id: str, turn: Turn, claim: Claim, reply: Reply) -> None:
        started = time.monotonic()
        with tracing.span("reply"):
            renewing = asyncio.create_task(self._renew(user_id, claim, reply))
            try:
                recalled = await self._recall(turn, reply)
                await self._say(turn, reply)
                await self._remember(turn, reply, recalled)
            finally:
                renewing.cancel()
            await self._store(user_id, claim, reply)
            if reply.problem:
                tracing.failed(reply.problem.code)
            _tell(user_id, turn, reply, time.monotonic() - started)

    async def _recall(self, turn: Turn, reply: Reply) -> Recalled:
        try:
            recalled = await self.memory.recall(reply.conversation_id)
        except MemoryUnavailable:
            turn.forgetful = True
            return Recalled(turn.memory)
        turn.memory = recalled.memory.model_copy(deep=True)
        return recalled

    async def _say(self, turn: Turn, reply: Reply) -> None:
        try:
            async with asyncio.timeout(0 if self._stopping else self._times.reply) as limit:
                self._limits.add(limit)
                try:
                    await self._say_all(turn, reply)
                finally:
                    self._limits.discard(limit)
        except TimeoutError:
            reply.cut(ReplyInterrupted() if self._stopping else ReplyTooSlow())
        except Problem as problem:
            reply.cut(problem)
        except Exception:
            _log.exception("a reply fails", extra={"conversation_id": reply.conversation_id})
            reply.cut(Problem())

    async def _say_all(self, turn: Turn, reply: Reply) -> None:
        async with aclosing(self._assistant.reply(turn)) as events:
            async for event in events:
                reply.add(event)

    async def _remember(self, turn: Turn, reply: Reply, recalled: Recalled) -> None:
        if turn.forgetful:
            return
        try:
            if turn.memory != recalled.memory:
                await keep(self.memory, reply.conversation_id, turn.memory, recalled.version)
        except MemoryUnavailable:
            if turn.memory.question and not reply.problem:
                reply.add(Text(_FORGOTTEN))
            return
        if not reply.problem:
            reply.choices = choices_of(turn.memory.question)

    async def _store(self, user_id: str, claim: Claim, reply: Reply) -> None:
        try:
            message = await persistence.end(self._database, user_id, claim, reply)
        except Problem as problem:
            reply.fail(problem)
        except Exception:
            _log.exception("a reply is lost", extra={"conversation_id": reply.conversation_id})
            reply.fail(Problem())
        else:
            reply.close(MessageRead.model_validate(message))

    async def _renew(self, user_id: str, claim: Claim, reply: Reply) -> None:
        while True:
            await asyncio.sleep(self._times.renewal)
            with suppress(Problem):
                await persistence.renew(self._database, user_id, reply.conversation_id, claim)


def _tell(user_id: str, turn: Turn, reply: Reply, seconds: float) -> None:
    outcome = reply.problem.code if reply.problem else "done"
    metrics.REPLIES.labels(turn.engine, outcome).inc()
    metrics.REPLY_SECONDS.labels(turn.engine).observe(seconds)
    # Ids and numbers only: what people say is nobody's business in a log.
    _log.info(
        "reply given",
        extra={
            "user_id": user_id,
            "conversation_id": reply.conversation_id,
            "engine": turn.engine,
            "outcome": outcome,
            "tools": len(reply.uses),
            "forgetful": turn.forgetful,
            "milliseconds": round(1000 * seconds),
        },
    )
