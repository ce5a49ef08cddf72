"""A person makes tokens for their programs, sees them and revokes them; the database has none."""

import asyncio
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from models import Base
from services.auth import personal_tokens
from services.auth.personal_tokens import MAX_TOKENS, hash_token

TOKENS = "/api/dev-user/tokens"


async def make(client: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.post(TOKENS, json={"name": "Editor"} | given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def items(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await client.get(TOKENS)).json()["items"]


async def test_a_token_is_shown_once_and_listed_without_it(client: httpx.AsyncClient) -> None:
    answer = await client.post(TOKENS, json={"name": "Editor", "scope": "write", "days": 7})
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    # 32 random bytes in base64url.
    assert re.fullmatch(r"todo_pat_[A-Za-z0-9_-]{43}", made.pop("token"))
    assert await items(client) == [made]
    assert (made["name"], made["scope"], made["last_used_at"]) == ("Editor", "write", None)
    lives = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert lives == timedelta(days=7)


async def test_a_token_reads_only_and_lives_ninety_days_unless_asked_otherwise(
    client: httpx.AsyncClient,
) -> None:
    made = await make(client)
    assert made["scope"] == "read"
    assert made["token"].startswith(made["prefix"])
    left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < left < timedelta(days=90, seconds=1)


async def test_the_database_never_holds_the_token(app: FastAPI, client: httpx.AsyncClient) -> None:
    token = (await make(client))["token"]
    async with app.state.database.read() as session:
        for table in Base.metadata.tables:
            rows = (await session.execute(text(f"SELECT * FROM {table}"))).all()
            assert token not in str(rows)
        assert await session.scalar(text("SELECT token_hash FROM personal_tokens")) == (
            hash_token(token)
        )


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": " "},
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": "nul\0"},
        {"days": 0},
        {"days": 366},
        {"days": 1.5},
        {"days": "7"},
        {"scope": "admin"},
        {"user_id": "ann"},
    ],
    ids=str,
)
async def test_what_is_no_token_to_make_is_refused_by_name(
    client: httpx.AsyncClient, given: dict[str, Any]
) -> None:
    answer = await client.post(TOKENS, json={"name": "Editor"} | given)
    assert answer.status_code == 422
    assert f"body /{next(iter(given))}" in answer.json()["detail"]
    assert await items(client) == []


async def test_revoked_is_gone(client: httpx.AsyncClient) -> None:
    made, kept = await make(client), await make(client, name="Other")
    assert (await client.delete(f"{TOKENS}/{made['id']}")).status_code == 204
    assert [each["id"] for each in await items(client)] == [kept["id"]]
    answer = await client.delete(f"{TOKENS}/{made['id']}")
    assert (answer.status_code, answer.json()["title"]) == (404, "There is no such token")
    assert (await client.delete(f"{TOKENS}/{uuid.uuid4()}")).status_code == 404
    assert (await client.delete(f"{TOKENS}/x")).status_code == 422


async def test_nobody_sees_or_revokes_what_is_anothers(client: httpx.AsyncClient) -> None:
    made = await make(client)
    bob = {"X-Development-User": "bob"}
    assert (await client.get(TOKENS, headers=bob)).status_code == 403
    assert (await client.post(TOKENS, json={"name": "x"}, headers=bob)).status_code == 403
    bobs = "/api/bob/tokens"
    assert (await client.get(bobs, headers=bob)).json()["items"] == []
    assert (await client.delete(f"{bobs}/{made['id']}", headers=bob)).status_code == 404
    assert len(await items(client)) == 1


async def test_there_are_at_most_twenty_however_many_are_asked_for_at_once(
    client: httpx.AsyncClient,
) -> None:
    async def ask() -> httpx.Response:
        return await client.post(TOKENS, json={"name": "Editor"})

    for _ in range(MAX_TOKENS - 2):
        await make(client)
    answers = await asyncio.gather(*(ask() for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]
    listed = await items(client)
    assert len(listed) == MAX_TOKENS
    refusal = next(answer for answer in answers if answer.status_code == 409)
    assert "Next: revoke one" in refusal.json()["detail"]
    await client.delete(f"{TOKENS}/{listed[0]['id']}")
    await make(client)


@pytest.mark.parametrize("path", ["/api/me", TOKENS, "/api/dev-user/tasks"])
async def test_a_token_opens_nothing_but_the_tools(client: httpx.AsyncClient, path: str) -> None:
    headers = {"Authorization": f"Bearer {(await make(client, scope='write'))['token']}"}
    answer = await client.get(path, headers=headers)
    assert answer.status_code == 401
    assert "opens /mcp only" in answer.json()["detail"]
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_the_last_use_is_noted_at_most_once_a_minute(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await make(client, days=365))["token"]
    start = datetime.now(UTC) + timedelta(hours=1)

    async def used_after(seconds: int) -> float:
        moment = start + timedelta(seconds=seconds)
        monkeypatch.setattr(personal_tokens, "now", lambda: moment)
        await personal_tokens.recognise(app.state.database, token)
        (listed,) = await items(client)
        return (datetime.fromisoformat(listed["last_used_at"]) - start).total_seconds()

    assert await used_after(0) == 0
    assert await used_after(59) == 0
    assert await used_after(60) == 60
