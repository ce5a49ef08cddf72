"""A tag is one tag, however it is spelled, and is shown as its user first wrote it."""

import uuid

import anyio
import httpx
import pytest

from schemas.tasks import TaskCreate
from schemas.text import fold, tag_key
from services.tasks import add_task
from tests.conftest import app_on, running
from tests.test_listing import titles
from tests.test_tasks import TASKS, create

COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


async def test_another_spelling_is_shown_as_the_first(client: httpx.AsyncClient) -> None:
    await create(client, tags=["Work", COMPOSED, "a b"])
    task = await create(client, tags=["work", DECOMPOSED, " a \u00a0 B  ", "new"])
    assert task["tags"] == ["Work", COMPOSED, "a b", "new"]
    path = f"{TASKS}/{task['id']}"
    changed = (await client.patch(path, json={"tags": ["WORK"]})).json()
    assert changed["tags"] == ["Work"]
    assert (await client.patch(path, json={"tags": ["wORK"]})).json() == changed


async def test_spellings_in_one_task_are_doubles(client: httpx.AsyncClient) -> None:
    task = await create(client, tags=["Straße", "STRASSE", DECOMPOSED, COMPOSED, "x  y", "x y"])
    assert task["tags"] == ["Straße", DECOMPOSED, "x y"]


async def test_any_spelling_finds_the_tasks(client: httpx.AsyncClient) -> None:
    await create(client, title="one", tags=["Work", COMPOSED, "a b"])
    await create(client, title="two", tags=["work"])
    for tag in ("Work", "WORK", " work "):
        assert await titles(client, tag=tag) == ["two", "one"]
    for tag in (DECOMPOSED, "CAFÉ", "a  b", "A B"):
        assert await titles(client, tag=tag) == ["one"]
    assert await titles(client, tag="wor") == []


async def test_the_spelling_is_each_users_own(client: httpx.AsyncClient) -> None:
    ann = {"X-Development-User": "ann"}
    await client.post("/api/ann/tasks", json={"title": "x", "tags": ["WORK"]}, headers=ann)
    assert (await create(client, tags=["work"]))["tags"] == ["work"]
    assert await titles(client, tag="WORK") == ["A task"]


async def test_new_tags_of_requests_at_once_are_one(client: httpx.AsyncClient) -> None:
    seen: list[list[str]] = []

    async def make(tags: list[str]) -> None:
        seen.append((await create(client, tags=tags))["tags"])

    async with anyio.create_task_group() as group:
        for number in range(8):
            spelled = ["Work", "Home"] if number % 2 else ["home", "work"]
            group.start_soon(make, spelled)
    assert len({frozenset(tags) for tags in seen}) == 1


def test_folding_twice_changes_nothing() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x20000)):
        once = fold(chr(code)), tag_key(chr(code))
        assert (fold(once[0]), tag_key(once[1])) == once, hex(code)


async def test_different_tags_of_a_user_are_bounded(database_url: str) -> None:
    async with running(app_on(database_url, tags=3)) as client:
        first = await create(client, tags=["a", "b"])
        path = f"{TASKS}/{first['id']}"
        await create(client, tags=["A", "c"])
        for answer in (
            await client.post(TASKS, json={"title": "x", "tags": ["a", "d"]}),
            await client.patch(path, json={"tags": ["d"]}),
        ):
            assert answer.status_code == 429
            assert answer.json()["type"] == "urn:todo:problem:too-many-tags"
            assert "3 different tags. Nothing was changed" in answer.json()["detail"]
        assert (await client.get(path)).json() == first
        assert len((await client.get(TASKS)).json()["items"]) == 2
        await create(client, tags=["c", "B"])


async def test_a_tag_that_no_task_has_any_more_counts_no_more(database_url: str) -> None:
    async with running(app_on(database_url, tags=3)) as client:
        gone = await create(client, tags=["Old", "Older", "kept"])
        await create(client, tags=["kept"])
        await client.delete(f"{TASKS}/{gone['id']}")
        # Of the two, the one that is asked for stays as it was spelled.
        assert (await create(client, tags=["old", "new"]))["tags"] == ["Old", "new"]
        assert (await create(client, tags=["OLD", "KEPT"]))["tags"] == ["Old", "kept"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_tag_is_not_forgotten_while_a_task_is_given_it(database_url: str) -> None:
    app = app_on(database_url, tags=2)
    async with running(app) as client:
        gone = await create(client, tags=["Work", "x"])
        await client.delete(f"{TASKS}/{gone['id']}")
        async with app.state.database.write() as session:
            await add_task(session, "dev-user", _tagged("work"), uuid.uuid4())
            # Another needs its place meanwhile.
            assert (await create(client, tags=["new"]))["tags"] == ["new"]
            await session.commit()
        assert await titles(client, tag="WORK") == ["x"]
        assert (await create(client, tags=["WORK"]))["tags"] == ["Work"]


def _tagged(tag: str) -> TaskCreate:
    return TaskCreate.model_validate({"title": "x", "tags": [tag]})
