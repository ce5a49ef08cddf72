"""A request that is repeated under its key is answered as the first time, and done once."""

import uuid
from collections.abc import AsyncGenerator
from datetime import timedelta

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from database import Database
from models import IdempotencyKey
from repositories import idempotency
from tests.chats import CHAT, CONVERSATIONS, Scripted, Talk, events_of, text_of, use_engine
from tests.conftest import running
from tests.test_tasks import TASKS

BODY = {"title": "Book the train", "tags": ["Travel"]}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    engine = Scripted()
    use_engine(engine, monkeypatch)
    return engine


@pytest.fixture
async def scripted(engine: Scripted, app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client


async def count(client: httpx.AsyncClient) -> int:
    return len((await client.get(TASKS)).json()["items"])


async def kept(app: FastAPI) -> int:
    database: Database = app.state.database
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(IdempotencyKey)) or 0


def same(first: httpx.Response, again: httpx.Response) -> bool:
    told = ("ETag", "Location", "Content-Type")
    return (first.status_code, first.json(), [first.headers.get(name) for name in told]) == (
        again.status_code, again.json(), [again.headers.get(name) for name in told],
    )  # fmt: skip


async def test_a_task_is_made_once_and_the_answer_is_the_same(client: httpx.AsyncClient) -> None:
    first = await client.post(TASKS, json=BODY, headers=KEY)
    assert first.status_code == 201
    path = first.headers["Location"]
    await client.patch(path, json={"title": "Changed meanwhile"})
    assert same(first, await client.post(TASKS, json=BODY, headers=KEY))
    await client.delete(path)
    assert same(first, await client.post(TASKS, json=BODY, headers=KEY))
    assert await count(client) == 0


async def test_the_key_is_the_same_quoted_or_bare_and_the_body_however_it_is_written(
    client: httpx.AsyncClient,
) -> None:
    first = await client.post(TASKS, json=BODY, headers={"Idempotency-Key": '"k 1"'})
    again = await client.post(
        TASKS,
        content=b'{ "tags": ["Travel"],\n"title": "Book the train" }',
        headers={"Idempotency-Key": '"k 1"', "Content-Type": "application/json"},
    )
    assert same(first, again)
    bare = await client.post(TASKS, json=BODY, headers={"Idempotency-Key": "k1"})
    assert same(bare, await client.post(TASKS, json=BODY, headers={"Idempotency-Key": '"k1"'}))
    assert await count(client) == 2


async def test_another_request_under_the_key_is_refused(client: httpx.AsyncClient) -> None:
    await client.post(TASKS, json=BODY, headers=KEY)
    for path, body in ((TASKS, {**BODY, "priority": "high"}), (CHAT, {"message": "hello"})):
        answer = await client.post(path, json=body, headers=KEY)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:todo:problem:idempotency-key-reused"
    assert await count(client) == 1
    assert (await client.get(CONVERSATIONS)).json()["items"] == []


async def test_a_refused_request_leaves_its_key_free(client: httpx.AsyncClient) -> None:
    assert (await client.post(TASKS, json={"title": ""}, headers=KEY)).status_code == 422
    assert (await client.post(TASKS, json=BODY, headers=KEY)).status_code == 201


async def test_a_key_is_its_users_own(client: httpx.AsyncClient) -> None:
    await client.post(TASKS, json=BODY, headers=KEY)
    ann = KEY | {"X-Development-User": "ann"}
    answer = await client.post("/api/ann/tasks", json={"title": "other"}, headers=ann)
    assert (answer.status_code, answer.json()["title"]) == (201, "other")


@pytest.mark.parametrize("key", ["", '""', "two words", '"half', "x" * 256, "ä", '"a"b"'])
async def test_a_malformed_key_is_named(client: httpx.AsyncClient, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode()}
    answer = await client.post(TASKS, json=BODY, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "Idempotency-Key"


async def test_of_requests_at_once_one_is_done_and_all_are_answered(
    client: httpx.AsyncClient,
) -> None:
    answers: list[httpx.Response] = []

    async def post() -> None:
        answers.append(await client.post(TASKS, json=BODY, headers=KEY))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(post)
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await count(client) == 1


async def test_a_key_is_forgotten_after_a_day(app: FastAPI, client: httpx.AsyncClient) -> None:
    await client.post(TASKS, json=BODY, headers=KEY)
    await client.post(TASKS, json=BODY, headers={"Idempotency-Key": "other"})
    database: Database = app.state.database
    async with database.write() as session:
        for row in await session.scalars(select(IdempotencyKey)):
            row.created_at -= timedelta(hours=24, seconds=1)
        await session.commit()
    assert (await client.post(TASKS, json={"title": "new"}, headers=KEY)).status_code == 201
    assert await count(client) == 3
    assert await kept(app) == 1


async def test_of_one_user_only_so_many_keys_are_kept(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "MOST", 3)
    for number in range(6):
        headers = {"Idempotency-Key": f"key-{number}"}
        await client.post(TASKS, json=BODY, headers=headers)
    assert await kept(app) == 3
    await client.post(TASKS, json=BODY, headers={"Idempotency-Key": "key-5"})
    assert await count(client) == 6


async def test_a_message_is_answered_once_and_by_the_same_reply(client: httpx.AsyncClient) -> None:
    talk = Talk(client)
    first = await talk.post("add buy milk", **KEY)
    again = await talk.post("add buy milk", **KEY)
    said, told = events_of(first.text), events_of(again.text)
    assert [name for name, _ in told] == ["conversation", "tool", "text", "done"]
    assert (told[0], told[-1], text_of(told)) == (said[0], said[-1], text_of(said))
    assert told[1][1] == said[2][1]
    whole = await talk.post("add buy milk", Accept="application/json", **KEY)
    assert whole.json()["message"]["id"] == said[-1][1]["message_id"]
    assert await count(client) == 1
    talk.id = said[0][1]["id"]
    assert len(await talk.messages()) == 2


async def test_while_a_reply_is_given_its_request_is_not_taken_again(
    scripted: httpx.AsyncClient, engine: Scripted
) -> None:
    talk = Talk(scripted)
    answers: list[httpx.Response] = []

    async def post() -> None:
        answers.append(await talk.post("hello", **KEY))

    async with anyio.create_task_group() as group:
        group.start_soon(post)
        await engine.begun.wait()
        early = await talk.post("hello", **KEY)
        engine.gate.set()
        assert (early.status_code, early.headers["Retry-After"]) == (409, "2")
        assert early.json()["type"] == "urn:todo:problem:request-running"
    again = await talk.post("hello", **KEY)
    assert events_of(again.text)[-1] == events_of(answers[0].text)[-1]
    assert len(engine.turns) == 1


async def test_a_reply_whose_process_died_is_told_as_cut_short(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    talk = Talk(client)
    await talk.post("hello", **KEY)
    database: Database = app.state.database
    async with database.write() as session:
        # The message that would be the reply was never stored.
        await session.execute(update(IdempotencyKey).values(answer_id=uuid.uuid4()))
        await session.commit()
    answer = await talk.post("hello", **KEY)
    assert (answer.status_code, answer.json()["type"]) == (
        503,
        "urn:todo:problem:reply-interrupted",
    )


async def test_a_conversation_that_was_deleted_is_not_begun_again(
    client: httpx.AsyncClient,
) -> None:
    talk = Talk(client)
    head = events_of((await talk.post("hello", **KEY)).text)[0][1]
    await client.delete(f"{CONVERSATIONS}/{head['id']}")
    answer = await talk.post("hello", **KEY)
    assert answer.status_code == 404
    assert (await client.get(CONVERSATIONS)).json()["items"] == []
