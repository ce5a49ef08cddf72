"""After a deploy, tasks that an older release wrote are found and tagged as all others."""

from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest
from anyio import to_thread
from fastapi import FastAPI
from sqlalchemy import update

from cli.main import main
from database import Database
from models import Task, TaskTag
from services.backfill import fill
from services.clock import now
from tests.test_listing import titles
from tests.test_tasks import TASKS

OLD: Sequence[tuple[str, list[str]]] = (
    ("İzmir", ["Work", "work"]),
    ("Ärger", ["WORK", "caf\u00e9"]),
    ("plain", ["cafe\u0301"]),
    ("no tags", []),
)


@pytest.fixture
async def database(app: FastAPI, client: httpx.AsyncClient) -> Database:
    """A database with tasks as the release before stores them."""
    found: Database = app.state.database
    async with found.write() as session:
        for age, (title, tags) in enumerate(OLD):
            moment = now() - timedelta(days=10 - age)
            rows = [TaskTag(tag=tag, position=place) for place, tag in enumerate(tags)]
            session.add(
                Task(
                    user_id="dev-user", title=title, tag_rows=rows,
                    created_at=moment, updated_at=moment,
                )
            )  # fmt: skip
        await session.commit()
    return found


async def tags(client: httpx.AsyncClient) -> list[list[str]]:
    items = (await client.get(TASKS, params={"sort": "created_at"})).json()["items"]
    return [item["tags"] for item in items]


async def test_before_they_are_found_as_the_release_before_finds_them(
    client: httpx.AsyncClient, database: Database
) -> None:
    assert await titles(client, q="ärger") == ["Ärger"]
    assert await titles(client, tag="Work") == ["İzmir"]


@pytest.mark.parametrize("batch", [1, 2, 4, 200])
async def test_afterwards_they_are_as_all_others(
    client: httpx.AsyncClient, database: Database, batch: int
) -> None:
    assert await fill(database, batch) == len(OLD)
    assert await titles(client, q="IZMIR") == ["İzmir"]
    assert set(await titles(client, tag="work")) == {"İzmir", "Ärger"}
    assert await tags(client) == [["Work"], ["Work", "café"], ["café"], []]
    assert await fill(database, batch) == 0


@pytest.mark.usefixtures("database")
async def test_the_command_that_migrates_does_it(
    client: httpx.AsyncClient, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert await to_thread.run_sync(main, ["migrate"]) == 0
    assert await titles(client, q="IZMIR") == ["İzmir"]


async def test_a_deploy_does_not_wait_for_all_of_them(database: Database) -> None:
    assert [await fill(database, 1, seconds=0) for _ in OLD] == [1] * len(OLD)
    assert await fill(database) == 0


async def test_it_is_no_change_of_a_task(client: httpx.AsyncClient, database: Database) -> None:
    before = (await client.get(TASKS)).json()["items"]
    await fill(database)
    after = (await client.get(TASKS)).json()["items"]
    assert [task | {"tags": []} for task in after] == [task | {"tags": []} for task in before]


async def test_what_an_older_release_changes_meanwhile_is_found_by_its_new_words(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fill(database)
    async with database.write() as session:
        changed = update(Task).where(Task.title == "plain")
        await session.execute(changed.values(title="Ünder", version=Task.version + 1))
        await session.commit()
    assert (await titles(client, q="plain"), await titles(client, q="ünder")) == ([], ["Ünder"])
    assert await fill(database) == 1
    assert await titles(client, q="ÜNDER") == ["Ünder"]
