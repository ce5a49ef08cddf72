"""A tag is one tag, however it is spelled, and is shown as its user first wrote it."""

import anyio
import httpx

from schemas.text import fold, tag_key
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
