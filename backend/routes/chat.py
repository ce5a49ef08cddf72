"""Talking to the assistant: a message in, a reply out as it is made."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from errors import ConversationBusy, ConversationNotFound
from routes.dependencies import AppReplies, Owner
from routes.idempotency import IdempotencyHeader
from routes.problems import described, problem_responses
from schemas.chat import ChatReply, ChatRequest
from schemas.idempotency import RequestKey
from services.chat.reply import Reply

QUIET_SECONDS = 15
STREAM = "text/event-stream"
# Compressing would hold events back, and so would a proxy that buffers.
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


def event_schema(name: str, data: str) -> dict[str, Any]:
    """Describe one kind of server-sent event."""
    content = {"contentSchema": {"$ref": f"#/components/schemas/{data}"}}
    return {
        "type": "object",
        "properties": {
            "event": {"const": name},
            "data": {"type": "string", "contentMediaType": "application/json"} | content,
        },
        "required": ["event", "data"],
    }


_EXAMPLE = (
    "event: conversation\n"
    'data: {"id":"5f0c…","title":"add buy milk"}\n\n'
    "event: tool\n"
    'data: {"id":"c1","name":"add_task","arguments":{"title":"buy milk"},"status":"running",'
    '"result":null}\n\n'
    "event: tool\n"
    'data: {"id":"c1","name":"add_task","arguments":{"title":"buy milk"},"status":"done",'
    '"result":{"task":{"id":"9a41…","title":"buy milk"}}}\n\n'
    "event: text\n"
    'data: {"delta":"Added “buy milk”."}\n\n'
    "event: done\n"
    'data: {"message_id":"77b2…","conversation_id":"5f0c…"}\n\n'
)
# What `data` of each event holds, as JSON text.
_EVENTS = {
    "conversation": "ConversationStarted",
    "text": "TextDelta",
    "tool": "ToolUse",
    "done": "ReplyDone",
    "error": "Problem",
}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The reply, as events; or whole, for who accepts application/json only.",
        "content": {
            STREAM: {
                "itemSchema": {"oneOf": [event_schema(*each) for each in _EVENTS.items()]},
                "example": _EXAMPLE,
            }
        },
    }
}

router = APIRouter(
    tags=["assistant"], responses=problem_responses(400, 401, 403, 413, 415, 422, 429, 503)
)


@router.post(
    "/api/{user_id}/chat",
    summary="Say something to the assistant",
    description=(
        "Answers server-sent events: `conversation` {id, title} first; `text` {delta} and `tool` "
        "(a ToolUse, once as it begins and once with its result) as the reply is made; at last "
        "`done` {message_id, conversation_id}, or `error` with a problem. A comment every 15 s "
        "keeps the connection open. The reply is given to its end and stored even when nobody "
        "reads it any more: read the conversation to see it. With Accept: application/json the "
        "whole reply comes as one object. Repeated under its Idempotency-Key, a message is "
        "answered by the reply that was given, as far as it came; 409 while it is being given."
    ),
    response_model=ChatReply,
    responses=_ANSWER
    | described(ConversationNotFound("You have no conversation 4b7a6f0e."), ConversationBusy()),
)
async def chat(
    user_id: Owner,
    replies: AppReplies,
    request: ChatRequest,
    # No parameter of the description: OpenAPI says what is accepted in its own way.
    accept: Annotated[str, Header(include_in_schema=False)] = STREAM,
    key: IdempotencyHeader = None,
) -> Response | ChatReply:
    reply = await replies.start(user_id, request, RequestKey.of(key, "chat", request))
    if STREAM not in accept and "application/json" in accept:
        return ChatReply(conversation_id=reply.conversation_id, message=await reply.whole())
    return EventSourceResponse(_events(reply), headers=HEADERS)


async def _events(reply: Reply) -> AsyncGenerator[bytes]:
    async for sent in reply.follow(QUIET_SECONDS):
        if sent is None:
            yield KEEPALIVE_COMMENT
        else:
            yield format_sse_event(event=sent.event, data_str=sent.data.model_dump_json())
