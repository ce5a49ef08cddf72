"""The assistant: answers to its own questions are settled here, everything else by an engine."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from schemas.conversations import ToolUse
from schemas.memory import Question
from services.assistant.answers import Answer, Kind, read_answer
from services.assistant.core import confirmation, phrasing
from services.assistant.core.engine import Engine, Event, Text, Turn
from services.assistant.core.reading import Unread
from services.telemetry import metrics

_LEFT = "All right, nothing was changed."
# Answers that leave the question open.
_KEEPS = {
    Kind.UNCLEAR: "I did not take that for a yes.",
    Kind.ASKS_WHY: "I ask first, for this may be more than you meant. Nothing was changed yet.",
}


class Assistant:
    """Reply with an engine, under the rule that a yes is asked for before anything is destroyed.

    The question and what follows from its answer are no engine's: a language model neither decides
    whether a person said yes nor says that something was deleted.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
        """Yield the reply; raise a Problem when it cannot be given or finished."""
        try:
            async with aclosing(self._reply(turn)) as events:
                async for event in events:
                    yield event
        except Unread as unread:
            metrics.UNREAD.labels(unread.reason).inc()
            yield Text(unread.advice)

    async def _reply(self, turn: Turn) -> AsyncGenerator[Event]:
        answer = await self._answer(turn)
        if answer.kind in (Kind.NO_ANSWER, Kind.ASKS):
            kept = turn.memory.question if answer.kind is Kind.ASKS else None
            wrote = False
            async for event in self._ask_engine(turn):
                wrote = wrote or (isinstance(event, ToolUse) and event.name != "list_tasks")
                yield event
            if kept and not wrote and turn.memory.question is None:
                turn.memory.question = kept
                yield Text(f"\n{await self._again(turn, kept)}")
            return
        if turn.memory.question and answer.kind in _KEEPS:
            yield Text(f"{_KEEPS[answer.kind]} {await self._again(turn, turn.memory.question)}")
            return
        turn.memory.question = None
        if answer.kind is Kind.NO:
            yield Text(_LEFT)
        else:
            async for event in self._follow(turn, answer):
                yield event
        if answer.rest:
            yield Text("\n")
            turn.message = answer.rest
            async for event in self._ask_engine(turn):
                yield event

    def _ask_engine(self, turn: Turn) -> AsyncIterator[Event]:
        turn.engine = self.engine.name
        return self.engine.reply(turn)

    async def _answer(self, turn: Turn) -> Answer:
        question = turn.memory.question
        if question is None:
            return Answer(Kind.NO_ANSWER)
        known = await turn.tools.known(turn.message, turn.memory)
        return await turn.read(read_answer, question, turn.message, known.tasks, turn.now)

    async def _again(self, turn: Turn, question: Question) -> str:
        about = await turn.tools.named(call.arguments.get("task_id") for call in question.calls)
        return confirmation.wording(question.calls, about, turn.now)

    async def _follow(self, turn: Turn, answer: Answer) -> AsyncGenerator[Event]:
        before = {str(task.id): task for task in answer.tasks}
        if answer.kind is Kind.CHOSEN:
            async for event in confirmation.carry_out(turn, answer.calls, before):
                yield event
            return
        performance = confirmation.Performance(turn, before)
        async for use in performance.make(answer.calls):
            yield use
        yield Text(phrasing.done_so_far(performance.uses, before, turn.now))
