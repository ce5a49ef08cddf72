"""Other programs call the assistant's tools as the person who is signed in, through the SDK."""

import json
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
from fastapi import FastAPI
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from routes.middleware import MAX_BODY_BYTES
from services.assistant.core.tools import TOOLS
from services.auth.identity import TokenIdentity
from services.auth.jwks import JwksCache
from tests.chats import activity_of
from tests.conftest import app_on, running
from tests.reminding import LONG_AGO, notices
from tests.signers import ISSUER, KEYS_URL, Publisher, Signer
from tests.streams import serving

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
# The protocol's newest way, without a handshake, and the one before.
MODES = pytest.mark.parametrize("mode", ["auto", "legacy"])
LIST: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream"}
SIGN_IN = Signer()


@pytest.fixture
async def address(app: FastAPI) -> AsyncGenerator[str]:
    async with serving(app) as address:
        yield address


@asynccontextmanager
async def connected(address: str, mode: str = "auto", user: str = "ann") -> AsyncGenerator[Client]:
    headers = {"X-Development-User": user}
    async with httpx2.AsyncClient(headers=headers, trust_env=False, verify=False) as http:
        transport = streamable_http_client(f"{address}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool and return what it answers, which it says twice."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    (content,) = result.content
    assert content.type == "text"
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.structured_content["error"]["type"].rpartition(":")[2]


@MODES
async def test_the_tools_are_listed_with_what_they_take_answer_and_destroy(
    address: str, mode: str
) -> None:
    async with connected(address, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == set(TOOLS)
    assert tools["add_task"].input_schema["required"] == ["title"]
    assert tools["add_task"].output_schema is not None
    hints = {name: tool.annotations for name, tool in tools.items() if tool.annotations}
    assert [name for name, hint in hints.items() if hint.read_only_hint] == ["list_tasks"]
    assert [name for name, hint in hints.items() if hint.destructive_hint] == ["delete_task"]
    assert [name for name, hint in hints.items() if not hint.idempotent_hint] == ["add_task"]


@MODES
async def test_every_tool_does_what_it_says(address: str, mode: str) -> None:
    due = "2026-03-11T17:00:00Z"
    async with connected(address, mode) as client:
        task = (await call(client, "add_task", title="Buy milk", tags=["shop"]))["task"]
        key = task["id"]
        assert (await call(client, "update_task", task_id=key, due_at=due))["task"]["due_at"] == due
        reminded = await call(client, "set_reminder", task_id=key, remind_at=due)
        assert reminded["task"]["remind_at"] == due
        listed = await call(client, "list_tasks", tag="shop")
        assert [each["id"] for each in listed["tasks"]] == [key]
        assert (await call(client, "complete_task", task_id=key))["task"]["completed"]
        assert (await call(client, "list_tasks"))["tasks"] == []
        assert (await call(client, "delete_task", task_id=key))["deleted"]["title"] == "Buy milk"
        assert (await call(client, "list_tasks", status="all"))["tasks"] == []


@MODES
async def test_what_fails_is_a_result_that_a_model_can_read(address: str, mode: str) -> None:
    nobodys = str(uuid.uuid4())
    async with connected(address, mode) as client:
        assert await refusal(client, "complete_task", task_id=nobodys) == "task-not-found"
        assert await refusal(client, "add_task") == "invalid-arguments"
        assert await refusal(client, "add_task", title="x", colour="red") == "invalid-arguments"
        assert await refusal(client, "add_task", title="") == "invalid-arguments"
        with pytest.raises(MCPError, match="Unknown tool"):
            await client.call_tool("fly_away", {})


async def test_everybody_has_their_own_tasks(address: str) -> None:
    async with connected(address, user="ann") as ann, connected(address, user="bob") as bob:
        key = (await call(ann, "add_task", title="Buy milk"))["task"]["id"]
        assert (await call(bob, "list_tasks"))["tasks"] == []
        for tool in ("complete_task", "delete_task"):
            assert await refusal(bob, tool, task_id=key) == "task-not-found"
        assert await refusal(bob, "update_task", task_id=key, title="Mine") == "task-not-found"
        assert len((await call(ann, "list_tasks"))["tasks"]) == 1


async def test_what_a_program_does_is_there_in_the_api_with_its_event(
    app: FastAPI, address: str
) -> None:
    async with connected(address, user="dev-user") as client:
        key = (await call(client, "add_task", title="Buy milk"))["task"]["id"]
    async with httpx.AsyncClient(base_url=address, verify=False) as http:
        task = (await http.get(f"/api/dev-user/tasks/{key}")).json()
        (entry,) = await activity_of(http, 1)
    assert (task["title"], task["version"]) == ("Buy milk", 1)
    assert (entry["type"], entry["task_id"]) == ("com.todo.task.created", key)


async def test_a_reminder_that_a_program_sets_becomes_a_notice(address: str) -> None:
    async with connected(address, user="dev-user") as client:
        key = (await call(client, "add_task", title="Buy milk"))["task"]["id"]
        await call(client, "set_reminder", task_id=key, remind_at=LONG_AGO.isoformat())
    async with httpx.AsyncClient(base_url=address, verify=False) as http:
        (notice,) = (await notices(http, 1))["items"]
    assert (notice["task_id"], notice["woken_by"]) == (key, "process")


@pytest.fixture
def with_sign_in(database_url: str) -> FastAPI:
    app = app_on(database_url, identity="token")
    keys = JwksCache(KEYS_URL, Publisher(SIGN_IN.jwk).transport)
    app.state.identity = TokenIdentity(keys, ISSUER)
    return app


@pytest.mark.parametrize("method", ["tools/list", "tools/call", "initialize"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Development-User": "ann"}, {"Authorization": f"Bearer {Signer().sign()}"}],
    ids=["no token", "a name only", "another's token"],
)
async def test_nobody_gets_in_without_signing_in(
    with_sign_in: FastAPI, method: str, headers: dict[str, str]
) -> None:
    async with running(with_sign_in) as http:
        body = LIST | {"method": method}
        answer = await http.post("/mcp", json=body, headers=HEADERS | headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_whoever_signed_in_has_their_tasks_by_either_way(with_sign_in: FastAPI) -> None:
    headers = HEADERS | {"Authorization": f"Bearer {SIGN_IN.sign()}"}
    params = {"name": "add_task", "arguments": {"title": "Buy milk"}}
    async with running(with_sign_in) as http:
        body = LIST | {"method": "tools/call", "params": params}
        assert (await http.post("/mcp", json=body, headers=headers)).status_code == 200
        (task,) = (await http.get("/api/u1/tasks", headers=headers)).json()["items"]
    assert task["title"] == "Buy milk"


async def test_a_wrong_name_of_a_user_is_refused(address: str) -> None:
    headers = HEADERS | {"X-Development-User": "Ann!"}
    async with httpx.AsyncClient(base_url=address, verify=False) as http:
        assert (await http.post("/mcp", json=LIST, headers=headers)).status_code == 422


@ON_POSTGRESQL
@MODES
async def test_any_replica_answers_any_request(database_url: str, mode: str) -> None:
    async with (
        serving(app_on(database_url)) as first,
        serving(app_on(database_url)) as second,
        connected(first, mode) as here,
        connected(second, mode) as there,
    ):
        key = (await call(here, "add_task", title="Buy milk"))["task"]["id"]
        assert (await call(there, "complete_task", task_id=key))["task"]["completed"]
    async with (
        serving(app_on(database_url)) as third,
        httpx.AsyncClient(base_url=third, verify=False) as http,
    ):
        # Without a word before it.
        answer = await http.post("/mcp", json=LIST, headers=HEADERS)
    assert len(answer.json()["result"]["tools"]) == len(TOOLS)
    assert "Mcp-Session-Id" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_there_is_no_session_to_follow_or_to_end(address: str, method: str) -> None:
    async with httpx.AsyncClient(base_url=address, verify=False) as http:
        answer = await http.request(method, "/mcp", headers=HEADERS)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b"x" * (MAX_BODY_BYTES + 1), 413)],
)
async def test_what_is_no_message_is_refused(address: str, body: bytes, status: int) -> None:
    headers = HEADERS | {"Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=address, verify=False) as http:
        assert (await http.post("/mcp", content=body, headers=headers)).status_code == status


async def test_a_call_that_breaks_inside_tells_nothing_of_its_cause(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret cause")

    monkeypatch.setattr("services.tasks.create_task", broken)
    async with connected(address) as client:
        result = await client.call_tool("add_task", {"title": "Buy milk"})
    assert result.is_error
    assert "secret" not in json.dumps(result.structured_content)
