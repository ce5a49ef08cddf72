"""What one user may store is bounded; nothing is stored past a limit, and nothing is lost."""

from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import event, func, insert, select

from models import Conversation, Task
from services.clock import now
from settings import Settings
from tests.assistant.test_mcp import connected
from tests.chats import CONVERSATIONS, Talk
from tests.cohere_answers import calls, says
from tests.cohere_double import KEY, cohere_double
from tests.conftest import app_on, running
from tests.streams import serving
from tests.test_tasks import TASKS, create

ANN = {"X-Development-User": "ann"}
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def refused(answer: httpx.Response, named: str, *words: str) -> None:
    assert answer.status_code == 429, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    # Waiting does not help.
    assert "Retry-After" not in answer.headers
    assert answer.json()["type"] == f"urn:todo:problem:{named}"
    for word in (*words, "Nothing was changed", "delete"):
        assert word in answer.json()["detail"]


async def titles(client: httpx.AsyncClient) -> list[str]:
    return [task["title"] for task in (await client.get(TASKS)).json()["items"]]


async def test_tasks_are_bounded_open_and_done_together(database_url: str) -> None:
    async with running(app_on(database_url, tasks=3)) as client:
        first = await create(client, title="first")
        await client.patch(f"{TASKS}/{first['id']}", json={"completed": True})
        await create(client, title="second")
        await create(client, title="third")
        key = {"Idempotency-Key": "again-1"}
        for headers in ({}, key):
            answer = await client.post(TASKS, json={"title": "fourth"}, headers=headers)
            refused(answer, "too-many-tasks", "3 tasks")
        assert await titles(client) == ["third", "second", "first"]
        changed = await client.patch(f"{TASKS}/{first['id']}", json={"title": "1st"})
        assert changed.status_code == 200
        answer = await client.post("/api/ann/tasks", json={"title": "hers"}, headers=ANN)
        assert answer.status_code == 201
        await client.delete(f"{TASKS}/{first['id']}")
        # Under the key that was refused: it stands for nothing yet.
        made = await client.post(TASKS, json={"title": "fourth"}, headers=key)
        assert made.status_code == 201
        refused(await client.post(TASKS, json={"title": "fifth"}), "too-many-tasks")


async def test_conversations_are_bounded_and_those_there_are_go_on(database_url: str) -> None:
    async with running(app_on(database_url, conversations=2)) as client:
        first = Talk(client)
        await first.say("hello")
        await Talk(client).say("hello")
        refused(await Talk(client).post("hello"), "too-many-conversations", "2 conversations")
        await first.say("hello again")
        await Talk(client, user="ann").say("hello")
        assert len((await client.get(CONVERSATIONS)).json()["items"]) == 2
        await client.delete(f"{CONVERSATIONS}/{first.id}")
        await Talk(client).say("hello")


async def test_stored_bytes_are_bounded_whatever_they_are_stored_as(database_url: str) -> None:
    async with running(app_on(database_url, stored_bytes=100_000)) as client:
        # 4 bytes each.
        text = "😀" * 5000
        made = [await create(client, description=text) for _ in range(4)]
        refused(
            await client.post(TASKS, json={"title": "x", "description": text}),
            "too-much-stored",
            "100000 bytes",
        )
        small = await create(client, title="small")
        path = f"{TASKS}/{small['id']}"
        refused(await client.patch(path, json={"description": text}), "too-much-stored")
        assert (await client.get(path)).json() == small
        talk = Talk(client)
        while (answer := await talk.post("😀" * 1000)).status_code == 200:
            talk.id = answer.text.partition('"id":"')[2].partition('"')[0]
        refused(answer, "too-much-stored")
        shorter = await client.patch(f"{TASKS}/{made[0]['id']}", json={"description": "short"})
        assert shorter.status_code == 200
        assert (await client.patch(path, json={"description": "x" * 5000})).status_code == 200


async def test_what_is_replied_counts_although_little_was_said(database_url: str) -> None:
    most = 200_000
    app = app_on(database_url, stored_bytes=most)
    async with running(app) as client:
        for number in range(50):
            await create(client, title=f"{number} {'x' * 150}")
        talk, answers = Talk(client), 0
        while (answer := await talk.post("show all tasks")).status_code == 200:
            answers += 1
            talk.id = answer.text.partition('"id":"')[2].partition('"')[0]
        refused(answer, "too-much-stored")
        async with app.state.database.read() as session:
            stored = int(await session.scalar(select(func.sum(Conversation.stored_bytes))) or 0)
        assert answers > 2
        assert most / 2 < stored < most * 1.01 + stored / answers


@ON_POSTGRESQL
async def test_of_many_requests_for_the_last_places_as_many_pass_as_there_are(
    database_url: str,
) -> None:
    async with (
        running(app_on(database_url, tasks=10)) as one,
        running(app_on(database_url, tasks=10)) as other,
    ):
        for _ in range(9):
            await create(one)
        statuses: list[int] = []

        async def ask(client: httpx.AsyncClient) -> None:
            tags = {"title": "last", "tags": ["same"]}
            statuses.append((await client.post(TASKS, json=tags)).status_code)

        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(ask, (one, other)[number % 2])
        assert sorted(statuses) == [201] + [429] * 19
        assert len(await titles(one)) == 10


@ON_SQLITE
async def test_the_assistant_says_in_words_that_a_limit_is_met(database_url: str) -> None:
    async with running(app_on(database_url, tasks=1)) as client:
        await create(client, title="only")
        said = await Talk(client).hear("add buy milk")
        assert "1 tasks" in said
        assert "delete tasks" in said
        assert await titles(client) == ["only"]


@ON_SQLITE
async def test_the_model_is_told_that_a_limit_is_met(database_url: str) -> None:
    async with cohere_double() as model:
        settings: dict[str, Any] = {"cohere_api_key": KEY, "cohere_url": model.url, "tasks": 1}
        async with running(app_on(database_url, assistant="cohere", **settings)) as client:
            await create(client, title="only")
            model.answers += [calls(("add_task", {"title": "milk"})), says("Your list is full.")]
            assert await Talk(client).hear("add buy milk") == "Your list is full."
            error = model.asked[-1].results[-1]["error"]
            assert error["type"] == "urn:todo:problem:too-many-tasks"
            assert "delete tasks" in error["detail"]
            assert await titles(client) == ["only"]


@ON_SQLITE
async def test_a_program_is_told_by_an_error_of_the_tool(database_url: str) -> None:
    async with (
        serving(app_on(database_url, tasks=1)) as address,
        connected(address, user="dev-user") as program,
    ):
        assert not (await program.call_tool("add_task", {"title": "only"})).is_error
        result = await program.call_tool("add_task", {"title": "one more"})
        assert result.is_error
        assert result.structured_content["error"]["type"] == "urn:todo:problem:too-many-tasks"


@ON_POSTGRESQL
async def test_with_a_long_list_a_new_task_is_measured_for_seldom(database_url: str) -> None:
    app = app_on(database_url, tasks=20_000)
    async with running(app) as client:
        await _fill(app.state.database.engine, 10_000)
        measured: list[str] = []

        def note(*call: Any) -> None:
            if "octet_length" in call[2]:
                measured.append(call[2])

        event.listen(app.state.database.engine.sync_engine, "before_cursor_execute", note)
        for _ in range(100):
            await create(client)
        assert len(measured) == 1


async def _fill(engine: Any, count: int) -> None:
    moment = now()
    rows = [
        {"user_id": "dev-user", "title": f"task {n}", "created_at": moment, "updated_at": moment}
        for n in range(count)
    ]
    async with engine.begin() as connection:
        await connection.execute(insert(Task), rows)


def test_a_person_does_not_meet_the_defaults() -> None:
    given = Settings.model_validate({"environment": "test"})
    assert (given.tasks, given.conversations) == (10_000, 1000)
    assert (given.stored_bytes, given.tags) == (50_000_000, 200)
