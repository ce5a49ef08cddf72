"""The transcript in the README is what the official client and this server say to each other."""

import json
import re
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.assistant.test_mcp import call
from tests.assistant.test_mcp_tokens import address, app, connected, make, signed_in

__all__ = ["address", "app"]

README = Path(__file__).parents[2] / "README.md"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def as_lines(said: Any) -> str:
    """Write an answer with what differs from run to run left out."""
    text = json.dumps(said, ensure_ascii=False)
    return re.sub(r'"[0-9a-f]{8}-[0-9a-f-]{27}"', '"9a41…"', text)


async def transcript(address: str) -> AsyncGenerator[str]:
    """Yield the lines of one visit, which ends with a token that was revoked."""
    made = await make(address, scope="write")
    async with connected(address, made["token"], "legacy") as client:
        yield "> initialize"
        assert client.server_info
        yield f"< {client.server_info.name}, protocol {client.protocol_version}"
        yield "> tools/list"
        yield f"< {', '.join(tool.name for tool in (await client.list_tools()).tools)}"
        for tool, given in (("add_task", {"title": "Buy milk"}), ("list_tasks", {"q": "milk"})):
            yield f"> tools/call {tool} {json.dumps(given)}"
            yield f"< {as_lines(await titles(client, tool, given))}"
    async with signed_in(address) as http:
        assert (await http.delete(f"/api/u1/tokens/{made['id']}")).status_code == 204
    yield "the token is revoked on the page /tokens"
    yield "> initialize"
    yield f"< {await refused(address, made['token'])}"


async def titles(client: Client, tool: str, given: dict[str, Any]) -> Any:
    """Call a tool, and return the id, the title and the version of each task that it answers."""
    found: dict[str, Any] = await call(client, tool, **given)
    tasks: list[dict[str, Any]] = found.get("tasks") or [found["task"]]
    return [{name: task[name] for name in ("id", "title", "version")} for task in tasks]


async def refused(address: str, token: str) -> str:
    """Initialize with a token that does not work, and return what the server answers."""
    answers: list[str] = []

    async def note(response: httpx2.Response) -> None:
        await response.aread()
        answers.append(f"{response.status_code} {response.json()['detail']}")

    # The SDK's own error, whatever it is.
    with pytest.RaisesGroup(Exception, allow_unwrapped=True, flatten_subgroups=True):
        await visit(address, token, note)
    return answers[0]


async def visit(address: str, token: str, note: Callable[[httpx2.Response], Any]) -> None:
    """Initialize and leave, with each answer noted."""
    headers = {"Authorization": f"Bearer {token}"}
    hooks = {"response": [note]}
    async with httpx2.AsyncClient(
        headers=headers, trust_env=False, verify=False, event_hooks=hooks
    ) as http:
        transport = streamable_http_client(f"{address}/mcp", http_client=http)
        async with Client(transport, mode="legacy"):
            pass


@ON_SQLITE
async def test_the_transcript_is_the_one_in_the_readme(address: str, app: FastAPI) -> None:
    said = "\n".join([f"    {line}" async for line in transcript(address)])
    assert said in README.read_text("utf-8")
