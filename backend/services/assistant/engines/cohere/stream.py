"""One request to the model: what it says as it says it, then what it wants to be called."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
from cohere import AsyncClientV2, ChatMessageV2, V2ChatStreamResponse
from cohere.core.api_error import ApiError

from services.assistant.core.engine import Text
from services.assistant.engines.cohere import prompt
from services.assistant.engines.cohere.errors import ModelAway, as_problem, worth_another_try
from services.logger import get_logger

# Enough for a long list; a model that never ends is stopped.
MAX_TOKENS = 1_000
RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 5.0
_log = get_logger("cohere")


@dataclass
class WantedCall:
    """A call that the model asks for; its arguments arrive in pieces, as JSON text."""

    name: str
    json: str = ""

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the arguments; what is no JSON object is for the tool to refuse."""
        try:
            found = json.loads(self.json or "{}")
        except ValueError:
            found = self.json
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {"arguments": found}


@dataclass
class Step:
    """The result of one request."""

    plan: str = ""
    text: str = ""
    calls: list[WantedCall] = field(default_factory=list[WantedCall])
    ended: str | None = None


async def stream(
    client: AsyncClientV2, model: str, messages: Sequence[ChatMessageV2], step: Step
) -> AsyncGenerator[Text]:
    """Yield what the model says, and note in `step` what it wants.

    One more attempt is made where that may help, as long as nothing came.

    Raises:
        ModelAway: or a problem beside it: the step could not be begun, or not finished.
    """
    for attempt in (1, 2):
        try:
            async with aclosing(_once(client, model, messages, step)) as pieces:
                async for piece in pieces:
                    yield piece
        except (ApiError, httpx.HTTPError) as error:
            begun = step != Step()
            if attempt == 2 or begun or not worth_another_try(error):
                raise as_problem(error) from error
            _log.info("the model is asked again after %s", type(error).__name__)
            await asyncio.sleep(pause(error))
        else:
            break
    if step.ended in (None, "ERROR", "TIMEOUT"):
        raise ModelAway("The language model stopped in the middle of its answer. Say it again.")


async def _once(
    client: AsyncClientV2, model: str, messages: Sequence[ChatMessageV2], step: Step
) -> AsyncGenerator[Text]:
    events = client.chat_stream(
        model=model,
        messages=list(messages),
        tools=prompt.tools(),
        max_tokens=MAX_TOKENS,
        temperature=0.0,
    )
    async with aclosing(cast("AsyncGenerator[V2ChatStreamResponse]", events)) as found:
        async for event in found:
            if text := _note(event, step):
                yield Text(text)


def _note(event: V2ChatStreamResponse, step: Step) -> str:
    """Add an event to the step, and return the words of it that a user reads."""
    match event.type:
        case "content-delta":
            text = _at(event, "content", "text")
            step.text += text
            return text
        case "tool-plan-delta":
            step.plan += _at(event, "tool_plan")
        case "tool-call-start":
            call = event.delta and event.delta.message and event.delta.message.tool_calls
            if call and call.function:
                step.calls.append(
                    WantedCall(call.function.name or "", call.function.arguments or "")
                )
        case "tool-call-delta" if step.calls:
            step.calls[-1].json += _at(event, "tool_calls", "function", "arguments")
        case "message-end":
            step.ended = str(event.delta.finish_reason) if event.delta else None
        case _:
            pass
    return ""


def _at(event: V2ChatStreamResponse, *names: str) -> str:
    # Everything on the way to a delta's text may be missing.
    found: Any = event
    for name in ("delta", "message", *names):
        found = getattr(found, name, None)
    return found if isinstance(found, str) else ""


def pause(error: Exception) -> float:
    """Return the seconds to wait before another attempt: what was asked for, within reason."""
    headers = httpx.Headers(getattr(error, "headers", None) or {})
    try:
        wanted = float(headers.get("Retry-After", ""))
    except ValueError:
        return RETRY_SECONDS
    return min(max(wanted, 0.0), LONGEST_RETRY_SECONDS)
