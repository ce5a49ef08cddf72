"""Programs come in with a personal token, and learn how where they have none."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import httpx2
import pytest
from fastapi import FastAPI
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import ProtectedResourceMetadata

from services.assistant.core.tools import TOOLS
from services.auth import personal_tokens
from services.auth.identity import TokenIdentity
from services.auth.jwks import JwksCache
from services.limiter import RequestLimit
from tests.assistant.test_mcp import HEADERS, LIST, MODES, call, refusal
from tests.conftest import app_on
from tests.signers import ISSUER, KEYS_URL, Publisher, Signer, claims
from tests.streams import serving

SIGN_IN = Signer()
METADATA = "/.well-known/oauth-protected-resource"


@pytest.fixture
def app(database_url: str) -> FastAPI:
    """An app with sign-in, where a name in a header lets nobody in."""
    app = app_on(database_url, identity="token", sign_in_url=ISSUER)
    app.state.identity = TokenIdentity(
        JwksCache(KEYS_URL, Publisher(SIGN_IN.jwk).transport), ISSUER
    )
    return app


@pytest.fixture
async def address(app: FastAPI) -> AsyncGenerator[str]:
    async with serving(app) as address:
        yield address


@asynccontextmanager
async def signed_in(address: str, user: str = "u1") -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {SIGN_IN.sign(claims(sub=user))}"}
    async with httpx.AsyncClient(
        base_url=address, headers=headers, trust_env=False, verify=False
    ) as http:
        yield http


async def make(address: str, user: str = "u1", **given: Any) -> dict[str, Any]:
    async with signed_in(address, user) as http:
        answer = await http.post(f"/api/{user}/tokens", json={"name": "Editor"} | given)
    assert answer.status_code == 201
    return answer.json()


@asynccontextmanager
async def connected(address: str, token: str, mode: str = "auto") -> AsyncGenerator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False, verify=False) as http:
        transport = streamable_http_client(f"{address}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def post(address: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as http:
        return await http.post("/mcp", json=LIST, headers=HEADERS | headers)


async def bearer(address: str, token: str) -> httpx.Response:
    return await post(address, Authorization=f"Bearer {token}")


@MODES
async def test_a_program_lists_and_calls_tools_as_the_person_whose_token_it_has(
    address: str, mode: str
) -> None:
    made = await make(address, scope="write")
    async with connected(address, made["token"], mode) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == set(TOOLS)
        await call(client, "add_task", title="Buy milk")
    async with signed_in(address) as http:
        (task,) = (await http.get("/api/u1/tasks")).json()["items"]
        (token,) = (await http.get("/api/u1/tokens")).json()["items"]
    assert task["title"] == "Buy milk"
    used = datetime.now(UTC) - datetime.fromisoformat(token["last_used_at"])
    assert used < timedelta(minutes=1)


@MODES
async def test_a_token_that_reads_only_changes_nothing_and_is_told_so_by_name(
    address: str, mode: str
) -> None:
    async with signed_in(address) as http:
        key = (await http.post("/api/u1/tasks", json={"title": "Buy milk"})).json()["id"]
    writing = {name for name, tool in TOOLS.items() if tool.writes}
    async with connected(address, (await make(address))["token"], mode) as client:
        for tool in writing:
            assert await refusal(client, tool, task_id=key) == "read-only-token"
            result = await client.call_tool(tool, {"task_id": key})
            assert tool in result.structured_content["error"]["detail"]
            assert "list_tasks" in result.structured_content["error"]["detail"]
        (task,) = (await call(client, "list_tasks"))["tasks"]
    assert (task["id"], task["version"]) == (key, 1)
    assert len(writing) == len(TOOLS) - 1


async def test_the_tasks_of_others_stay_theirs(address: str) -> None:
    async with signed_in(address, "bob") as http:
        key = (await http.post("/api/bob/tasks", json={"title": "Mine"})).json()["id"]
    async with connected(address, (await make(address, scope="write"))["token"]) as client:
        assert (await call(client, "list_tasks"))["tasks"] == []
        for tool in ("complete_task", "delete_task"):
            assert await refusal(client, tool, task_id=key) == "task-not-found"
    async with signed_in(address, "bob") as http:
        (task,) = (await http.get("/api/bob/tasks")).json()["items"]
    assert (task["title"], task["version"]) == ("Mine", 1)


async def test_a_revoked_token_is_refused_from_then_on(address: str) -> None:
    made, other = await make(address), await make(address)
    assert (await bearer(address, made["token"])).status_code == 200
    async with signed_in(address) as http:
        assert (await http.delete(f"/api/u1/tokens/{made['id']}")).status_code == 204
    answer = await bearer(address, made["token"])
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]
    assert (await bearer(address, other["token"])).status_code == 200


async def test_an_expired_token_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = (await make(address, days=1))["token"]
    later = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(personal_tokens, "now", lambda: later)
    answer = await bearer(address, token)
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


@pytest.mark.parametrize("tail", ["", "x", "A" * 43, "é", "%00", "A" * 5000])
async def test_what_only_looks_like_a_token_is_refused(address: str, tail: str) -> None:
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as http:
        given = HEADERS | {"Authorization": f"Bearer todo_pat_{tail}"}
        headers = {name.encode(): value.encode("latin-1") for name, value in given.items()}
        answer = await http.post("/mcp", json=LIST, headers=headers)
    assert answer.status_code == 401


async def test_a_token_of_sign_in_is_taken_as_before(address: str) -> None:
    assert (await bearer(address, SIGN_IN.sign())).status_code == 200
    assert (await bearer(address, Signer().sign())).status_code == 401


async def test_without_a_token_the_challenge_leads_to_the_description(address: str) -> None:
    answer = await post(address)
    assert answer.status_code == 401
    where = f"{ISSUER}{METADATA}/mcp"
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge == f'Bearer realm="todo", resource_metadata="{where}"'
    refused = (await bearer(address, "todo_pat_x")).headers["WWW-Authenticate"]
    assert 'error="invalid_token"' in refused
    assert f'resource_metadata="{where}"' in refused


@pytest.mark.parametrize("path", [METADATA, f"{METADATA}/mcp"])
async def test_the_resource_is_described_to_everybody(address: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as http:
        answer = await http.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    found = ProtectedResourceMetadata.model_validate(answer.json())
    assert answer.json()["resource"] == f"{ISSUER}/mcp"
    assert answer.json()["authorization_servers"] == [ISSUER]
    assert found.scopes_supported == ["read", "write"]
    assert str(found.resource_documentation) == f"{ISSUER}/tokens"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", f"{ISSUER}:444", ""])
async def test_a_page_of_another_site_is_refused_with_whatever_token(
    address: str, origin: str
) -> None:
    token = (await make(address))["token"]
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        answer = await post(address, Origin=origin, **headers)
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:todo:problem:foreign-origin",
        )


async def test_a_page_of_this_site_is_let_in(address: str) -> None:
    token = (await make(address))["token"]
    answer = await post(address, Origin=ISSUER, Authorization=f"Bearer {token}")
    assert answer.status_code == 200


async def test_a_program_that_asks_without_end_is_told_to_wait(address: str, app: FastAPI) -> None:
    made = await make(address)
    app.state.requests = RequestLimit(5)
    # A minute may end meanwhile, once.
    answers = [await bearer(address, made["token"]) for _ in range(11)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
