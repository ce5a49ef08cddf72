"""Cohere's chat API as far as its own client library describes it, on a port of this machine.

A request is checked against the vendor's types: the parameters of the client's own method, and its
models, which let everything pass by themselves and are made strict here. What types cannot say is
taken from the vendor's guide to tool use. What is streamed is made of the vendor's event models.
"""

import inspect
import json
import socket
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import anyio
import cohere
import uvicorn
from cohere.v2.client import AsyncV2Client
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "key-of-the-tests"
MODEL = "command-a-03-2025"
Message = (
    cohere.UserChatMessageV2
    | cohere.AssistantChatMessageV2
    | cohere.SystemChatMessageV2
    | cohere.ToolChatMessageV2
)


class Refused(Exception):
    """Say what is wrong with a request, as the API does: a status and a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _request_model() -> type[BaseModel]:
    """Make a model of the request from the parameters of the client's own method."""
    parameters = inspect.signature(AsyncV2Client.chat_stream).parameters
    fields: dict[str, Any] = {
        name: (each.annotation, ... if each.default is inspect.Parameter.empty else None)
        for name, each in parameters.items()
        if name not in {"self", "request_options"}
    }
    fields["stream"] = (Literal[True], ...)
    return create_model("ChatRequest", __config__=ConfigDict(extra="forbid"), **fields)


_REQUEST = _request_model()


@dataclass(frozen=True)
class Asked:
    """A request that was found to be valid."""

    model: str
    messages: Sequence[Message]
    tools: Sequence[cohere.ToolV2]

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the tools called last."""
        found: list[dict[str, Any]] = []
        for message in reversed(self.messages):
            if not isinstance(message, cohere.ToolChatMessageV2):
                break
            found.insert(0, json.loads(cast("str", message.content)))
        return found


def read(key: str, body: object) -> Asked:
    """Read a request as the API would; raise Refused."""
    if key != f"Bearer {KEY}":
        raise Refused(401, "invalid api token")
    try:
        request: Any = _REQUEST.model_validate(body)
    except ValidationError as error:
        raise Refused(400, f"invalid request: {error.errors()[0]['loc']}") from error
    for path in _unknown(request, "request"):
        raise Refused(400, f"invalid request: unknown field {path}")
    if any("role" not in each for each in cast("Any", body)["messages"]):
        raise Refused(400, "invalid request: a message must have a role")
    asked = Asked(request.model, request.messages, request.tools or [])
    _check_tools(asked.tools)
    _check_messages(asked)
    if asked.model != MODEL:
        raise Refused(404, f"model '{asked.model}' not found")
    return asked


def _unknown(value: object, path: str) -> Iterator[str]:
    """Find the fields that the vendor's models do not know, and would keep."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(cast("list[object]", value)):
            yield from _unknown(each, f"{path}[{number}]")


def _check_tools(tools: Sequence[cohere.ToolV2]) -> None:
    for tool in tools:
        if tool.function is None or not tool.function.name:
            raise Refused(400, "invalid request: a tool must have a function with a name")
        if tool.function.parameters.get("type") != "object":
            raise Refused(400, "invalid request: the parameters of a tool must be of type object")


def _check_messages(asked: Asked) -> None:
    open_calls: list[str] = []
    names = {tool.function.name for tool in asked.tools if tool.function}
    for message in asked.messages:
        if isinstance(message, cohere.ToolChatMessageV2):
            if message.tool_call_id not in open_calls:
                raise Refused(400, "invalid request: no tool call has this tool_call_id")
            open_calls.remove(message.tool_call_id)
            _check_object(message.content, "the content of a tool message")
            continue
        if open_calls:
            raise Refused(400, f"invalid request: no tool message for {open_calls}")
        calls = message.tool_calls if isinstance(message, cohere.AssistantChatMessageV2) else None
        if not message.content and not calls:
            raise Refused(400, "invalid request: a message must have content or tool calls")
        for call in calls or []:
            if call.function is None or call.function.name not in names:
                raise Refused(400, "invalid request: a tool call must name one of the tools")
            _check_object(call.function.arguments, "the arguments of a tool call")
            open_calls.append(call.id)
    if open_calls:
        raise Refused(400, f"invalid request: no tool message for {open_calls}")
    last = asked.messages[-1] if asked.messages else None
    if not isinstance(last, cohere.UserChatMessageV2 | cohere.ToolChatMessageV2):
        raise Refused(400, "invalid request: the last message must be of role user or tool")


def _check_object(text: object, what: str) -> None:
    try:
        found = json.loads(cast("str", text))
    except (TypeError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Refused(400, f"invalid request: {what} must be a JSON object")


Answer = Callable[[Asked], Response]


@dataclass
class Cohere:
    """The double: it answers one request after the other as it was told to.

    Args:
        answers: what is still to be answered, first to last.
        asked: the requests that were valid.
        refused: what was wrong with the others.
    """

    url: str = ""
    answers: list[Answer] = field(default_factory=list[Answer])
    asked: list[Asked] = field(default_factory=list[Asked])
    refused: list[str] = field(default_factory=list[str])

    async def chat(self, request: Request) -> Response:
        """Answer one request."""
        try:
            asked = read(request.headers.get("Authorization", ""), await request.json())
        except Refused as refusal:
            self.refused.append(str(refusal))
            return JSONResponse({"message": str(refusal)}, refusal.status)
        self.asked.append(asked)
        return self.answers.pop(0)(asked)


@asynccontextmanager
async def cohere_double() -> AsyncGenerator[Cohere]:
    """Serve the double until the end, and insist that it was asked all it was told to answer."""
    double = Cohere()
    app = Starlette(routes=[Route("/v2/chat", double.chat, methods=["POST"])])
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        double.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with anyio.create_task_group() as group:
            group.start_soon(server.serve, [listening])
            while not server.started:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            yield double
            server.should_exit = True
    assert double.answers == []
