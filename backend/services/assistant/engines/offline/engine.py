"""The offline engine: what was understood is done, and the reply is told from the results."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from schemas.conversations import ToolStatus
from schemas.memory import TaskRef
from schemas.tasks import TaskRead
from services.assistant.core import confirmation, phrasing
from services.assistant.core.engine import Event, Text, Turn
from services.assistant.core.known import NAMED
from services.assistant.engines.offline import limits, phrases
from services.assistant.engines.offline.intent_router import understand
from services.assistant.engines.offline.planning.plan import (
    Do,
    More,
    Plan,
    Show,
    Talk,
    Undo,
    Unknown,
    Unread,
    Which,
    question_of,
)
from services.assistant.language.task_context import Context


class OfflineEngine:
    """Reply by rules, without any other service."""

    name = "offline"

    async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
        limits.check(turn.message)
        known = await turn.tools.known(turn.message, turn.memory)
        context = Context(turn.now, known.tasks, turn.memory, known.more)
        plans = await turn.read(understand, turn.message, context, turn.memory.question)
        turn.memory.question = None
        spoken = False
        for plan in plans:
            async for event in self._carry_out(turn, plan, context):
                if isinstance(event, Text):
                    event, spoken = Text(f"\n{event.delta}" if spoken else event.delta), True
                yield event

    async def _carry_out(self, turn: Turn, plan: Plan, context: Context) -> AsyncGenerator[Event]:
        before = {str(task.id): task for task in context.tasks}
        match plan:
            case Do(calls, sweeping, why):
                if sweeping and context.more and len(calls) >= NAMED:
                    why = f"{why} I see {len(calls)} of them at once; there may be more.".strip()
                if why:
                    yield Text(why)
                async for event in confirmation.carry_out(turn, calls, before, sweeping):
                    yield event
            case Undo():
                async for event in self._undo(turn, plan, before):
                    yield event
            case Show():
                async for event in self._show(turn, plan):
                    yield event
            case Talk(topic, tasks):
                turn.memory.last = _refs(tasks) or turn.memory.last
                yield Text(phrases.talk(topic, tasks, turn.now))
            case Unread(words):
                yield Text(phrases.unread(words))
            case Unknown(said) if context.more:
                yield Text(phrases.beyond(said))
            case Which() | More() | Unknown():
                turn.memory.question = question_of(plan)
                if isinstance(plan, More) and plan.tasks:
                    turn.memory.last = _refs(plan.tasks)
                yield Text(phrases.question(plan, turn.forgetful))

    async def _undo(
        self, turn: Turn, plan: Undo, before: Mapping[str, TaskRead]
    ) -> AsyncGenerator[Event]:
        """Take the last change back; that was asked for, so a task just added is deleted."""
        performance = confirmation.Performance(turn, before)
        async for use in performance.make(plan.calls):
            yield use
        turn.memory.undo = []
        yield Text(phrasing.done_so_far(performance.uses, before, turn.now))

    async def _show(self, turn: Turn, plan: Show) -> AsyncGenerator[Event]:
        performance = confirmation.Performance(turn, {})
        async for use in performance.make([plan.call]):
            yield use
        (use,) = performance.uses
        if use.status is ToolStatus.FAILED:
            yield Text(phrasing.done_so_far(performance.uses, {}, turn.now))
            return
        result: dict[str, Any] = use.result or {}
        tasks = [TaskRead.model_validate(task) for task in result["tasks"]]
        more = result["next_cursor"] is not None
        yield Text(phrases.shown(tasks, more, plan, turn.now))


def _refs(tasks: Sequence[TaskRead]) -> list[TaskRef]:
    return [TaskRef(id=task.id, title=task.title) for task in tasks]
