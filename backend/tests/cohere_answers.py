"""Answers of Cohere's chat API, streamed as its own client library describes them."""

import json
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from typing import Any, cast
from uuid import uuid4

import anyio
import cohere
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response, StreamingResponse

from tests.cohere_double import Answer, Asked

Arguments = Mapping[str, Any] | str | Callable[[Asked], Mapping[str, Any]]


def says(*pieces: str, ends: str = "COMPLETE") -> Answer:
    """Answer with text, piece by piece."""
    return lambda _: _streamed([*_start(), *_text(pieces), *_end(ends)])


def calls(*wanted: tuple[str, Arguments], plan: str = "I will look.", text: str = "") -> Answer:
    """Answer with calls of tools; arguments may be made from the request."""

    def answer(asked: Asked) -> Response:
        made = [(name, given(asked) if callable(given) else given) for name, given in wanted]
        spoken = _text([text]) if text else []
        return _streamed([*_start(), *_plan(plan), *spoken, *_calls(made), *_end("TOOL_CALL")])

    return answer


def refuses(status: int, **headers: str) -> Answer:
    """Answer with an error."""
    body = {"message": f"an error {status} as told"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: JSONResponse(body, status, headers=named)


def breaks(*pieces: str) -> Answer:
    """Begin an answer and lose the connection."""
    return lambda _: _streamed([*_start(), *_text(pieces)], broken=True)


def hangs(*pieces: str) -> Answer:
    """Begin an answer and never go on."""
    return lambda _: _streamed([*_start(), *_text(pieces)], endless=True)


def streams(*events: BaseModel) -> Answer:
    """Answer with just these events."""
    return lambda _: _streamed(events)


def _start() -> list[BaseModel]:
    delta = cohere.ChatMessageStartEventDelta.model_validate({"message": {"role": "assistant"}})
    return [cohere.MessageStartV2ChatStreamResponse(id="m1", delta=delta)]


def _plan(plan: str) -> list[BaseModel]:
    return [
        cohere.ToolPlanDeltaV2ChatStreamResponse(
            delta=cohere.ChatToolPlanDeltaEventDelta.model_validate(
                {"message": {"tool_plan": word}}
            )
        )
        for word in (f"{word} " for word in plan.split())
    ]


def _text(pieces: Iterable[str]) -> list[BaseModel]:
    begin = {"message": {"content": {"type": "text", "text": ""}}}
    return [
        cohere.ContentStartV2ChatStreamResponse(
            index=0, delta=cohere.ChatContentStartEventDelta.model_validate(begin)
        ),
        *(
            cohere.ContentDeltaV2ChatStreamResponse(
                index=0,
                delta=cohere.ChatContentDeltaEventDelta.model_validate(
                    {"message": {"content": {"text": piece}}}
                ),
            )
            for piece in pieces
        ),
        cohere.ContentEndV2ChatStreamResponse(index=0),
    ]


def _calls(wanted: Iterable[tuple[str, Any]]) -> list[BaseModel]:
    events: list[BaseModel] = []
    for index, (name, arguments) in enumerate(wanted):
        whole = arguments if isinstance(arguments, str) else json.dumps(arguments)
        begin = {
            "id": f"{name}_{uuid4().hex[:12]}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        events.append(
            cohere.ToolCallStartV2ChatStreamResponse(
                index=index,
                delta=cohere.ChatToolCallStartEventDelta.model_validate(
                    {"message": {"tool_calls": begin}}
                ),
            )
        )
        # In pieces that end within words, as tokens do.
        events += [
            cohere.ToolCallDeltaV2ChatStreamResponse(
                index=index,
                delta=cohere.ChatToolCallDeltaEventDelta.model_validate(
                    {"message": {"tool_calls": {"function": {"arguments": whole[at : at + 7]}}}}
                ),
            )
            for at in range(0, len(whole), 7)
        ]
        events.append(cohere.ToolCallEndV2ChatStreamResponse(index=index))
    return events


def _end(reason: str) -> list[BaseModel]:
    delta = cohere.ChatMessageEndEventDelta(finish_reason=reason)
    return [cohere.MessageEndV2ChatStreamResponse(id="m1", delta=delta)]


def _streamed(
    events: Iterable[BaseModel], broken: bool = False, endless: bool = False
) -> StreamingResponse:
    async def body() -> AsyncGenerator[str]:
        for event in events:
            kind: str = cast("Any", event).type
            yield f"event: {kind}\ndata: {event.model_dump_json(exclude_none=True)}\n\n"
        if endless:
            await anyio.sleep_forever()
        if broken:
            raise ConnectionResetError("as told")

    return StreamingResponse(body(), media_type="text/event-stream")
