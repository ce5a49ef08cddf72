"""The engine that lets a model decide, step by step, and does what it decides."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager

import httpx
from cohere import AsyncClientV2

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.core import confirmation, phrasing
from services.assistant.core.engine import Event, Text, Turn
from services.assistant.core.tools import TOOLS
from services.assistant.engines.cohere import prompt
from services.assistant.engines.cohere.errors import ModelConfused
from services.assistant.engines.cohere.stream import Step, WantedCall, stream

# A request that needs more was misunderstood, or is better said in parts.
MAX_STEPS = 6
CONNECT_SECONDS = 5
# Between two pieces of an answer; before the first the model reads everything.
SILENT_SECONDS = 30
_TOO_MANY = "I stopped here, because this needed more steps than I may take. Say the rest again."
_CUT = " … (That became too long. Ask for a part of it.)"


class CohereEngine:
    """Reply by a language model; what it wants to destroy is asked about first."""

    name = "cohere"

    def __init__(self, client: AsyncClientV2, model: str) -> None:
        self._client, self._model = client, model

    async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
        turn.memory.question = None
        told = prompt.messages(turn)
        spoken = False
        made = 0
        for _ in range(MAX_STEPS):
            step = Step()
            async with aclosing(stream(self._client, self._model, told, step)) as pieces:
                async for piece in pieces:
                    yield _apart(piece, spoken and step.text == piece.delta)
            spoken = spoken or bool(step.text)
            if step.ended == "MAX_TOKENS":
                yield Text(_CUT)
                return
            if not step.calls:
                return
            calls = [_call(each) for each in step.calls]
            before = await turn.tools.named(call.arguments.get("task_id") for call in calls)
            waiting = _waiting(calls, before, made)
            performance = confirmation.Performance(turn, before)
            async for use in performance.make([call for call in calls if call not in waiting]):
                yield use
            made += sum(TOOLS[use.name].writes for use in performance.uses)
            if waiting:
                # The model is not asked what to say of it: a yes must be to these very calls.
                told_so_far = phrasing.done_so_far(performance.uses, before, turn.now)
                question = confirmation.ask(turn, waiting, before)
                yield _apart(Text(f"{told_so_far} {question}".strip()), spoken)
                return
            told += prompt.step(step.plan, performance.uses)
        yield _apart(Text(_TOO_MANY), spoken)


def _apart(text: Text, separate: bool) -> Text:
    return Text(f"\n{text.delta}") if separate else text


def _call(wanted: WantedCall) -> Call:
    if wanted.name not in TOOLS:
        raise ModelConfused
    return Call(tool=wanted.name, arguments=wanted.arguments)


def _waiting(calls: Sequence[Call], before: Mapping[str, TaskRead], made: int) -> list[Call]:
    """Return the calls that wait for a yes.

    One about a task that does not exist needs none: it fails, and the model learns of it.
    """
    return [
        call
        for call in confirmation.plan(calls, made=made).after_yes
        if call.tool == "add_task" or str(call.arguments.get("task_id")) in before
    ]


@asynccontextmanager
async def cohere_engine(key: str, model: str, url: str | None) -> AsyncGenerator[CohereEngine]:
    """Make the engine, with a client of its own until the end.

    Args:
        url: of the API, where it is not the vendor's own.
    """
    timeout = httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as http:
        # Retries are this engine's own: the client's do not cover streams.
        client = AsyncClientV2(key, base_url=url, client_name="todo", httpx_client=http)
        yield CohereEngine(client, model)
