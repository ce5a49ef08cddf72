"""The assistant's tools for other programs: a server of the Model Context Protocol."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as Described
from starlette.requests import Request
from starlette.types import ASGIApp

from database import Database
from services.assistant.core.tools import TOOLS, Tool, Toolbox
from services.auth.identity import User
from settings import VERSION

_INSTRUCTIONS = (
    "The to-do list of one person. Find a task with list_tasks before you change it; moments are "
    "RFC 3339 with an offset. delete_task cannot be taken back: ask the person first."
)
Context = ServerRequestContext[Any, Request]


@asynccontextmanager
async def mcp_app(database: Database, max_body_bytes: int) -> AsyncGenerator[ASGIApp]:
    """Serve the protocol over HTTP until the end; who calls is in the request's `state.user`.

    Nothing is kept between two requests, so any replica answers any of them. A person is asked
    before something is destroyed by the program that calls: it has the person before it, and the
    annotations tell it what destroys.
    """

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"Unknown tool. There are: {', '.join(TOOLS)}.")
        user = cast("User", cast("Request", context.request).state.user)
        tools = Toolbox(database, user.id, may_write=user.may_write)
        result = await tools.call(params.name, params.arguments or {})
        return CallToolResult(
            content=[TextContent(text=json.dumps(result.content, ensure_ascii=False))],
            structured_content=result.content,
            is_error=result.failed,
        )

    server = Server(
        "todo",
        version=VERSION,
        title="Todo",
        instructions=_INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=call_tool,
    )
    manager = StreamableHTTPSessionManager(
        server, stateless=True, json_response=True, max_request_body_size=max_body_bytes
    )
    async with manager.run():
        yield manager.handle_request


async def _list_tools(context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_described(tool) for tool in TOOLS.values()])


def _described(tool: Tool) -> Described:
    return Described(
        name=tool.name,
        description=tool.description,
        input_schema=tool.schema,
        output_schema=tool.answers.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            read_only_hint=not tool.writes,
            destructive_hint=tool.destroys,
            idempotent_hint=tool.repeatable,
            open_world_hint=False,
        ),
    )
