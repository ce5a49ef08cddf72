"""Migrations lead to the tables the code expects, however often and however many run them."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import anyio
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from database import Database
from errors import DatabaseUnavailable
from migrations import runner
from migrations.runner import SchemaTooNew, compatible_from, known_revisions, upgrade
from models import Base
from repositories.schema import Schema, current_schema, set_compatible_from
from settings import async_database_url

BACKEND = Path(__file__).parents[1]


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_the_migrated_schema_is_the_one_of_the_models(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_a_schema_that_lacks_something_is_noticed(empty_database_url: str) -> None:
    database = Database(async_database_url(empty_database_url))
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) != []
    await database.close()


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    url = async_database_url(empty_database_url)
    assert upgrade(url) == upgrade(url) == known_revisions()[0]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_migrating_at_once_happens_once(empty_database_url: str) -> None:
    environment = {"PATH": os.defpath, "DATABASE_URL": empty_database_url}
    command = [sys.executable, str(BACKEND / "todo"), "migrate"]
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    output = "".join(process.communicate()[0] for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    assert output.count("Running upgrade") == len(known_revisions())


def test_a_database_away_is_told_apart() -> None:
    with pytest.raises(DatabaseUnavailable):
        upgrade("postgresql+asyncpg://todo@127.0.0.1:1/todo")


async def schema_of(url: str) -> Schema:
    database = Database(url)
    try:
        async with database.read() as session:
            return await current_schema(session)
    finally:
        await database.close()


def test_the_schema_says_which_builds_it_serves(empty_database_url: str) -> None:
    url = async_database_url(empty_database_url)
    upgrade(url)
    assert anyio.run(schema_of, url) == Schema(known_revisions()[0], compatible_from())


@pytest.fixture
def older_build(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Turn this build into an older one: it knows nothing of the newest revisions."""
    revisions = known_revisions()

    def forget(newest: int) -> None:
        monkeypatch.setattr(runner, "known_revisions", lambda: revisions[newest:])

    return forget


def test_an_older_build_leaves_a_newer_schema_as_it_is(
    empty_database_url: str, older_build: Callable[[int], None]
) -> None:
    url = async_database_url(empty_database_url)
    head = upgrade(url)
    older_build(1)
    assert upgrade(url) == head


def test_a_build_that_is_too_old_for_the_schema_refuses_it(
    empty_database_url: str, older_build: Callable[[int], None]
) -> None:
    url = async_database_url(empty_database_url)
    upgrade(url)
    older_build(len(known_revisions()) - 1)
    anyio.run(serve_from, url, known_revisions()[0])
    with pytest.raises(SchemaTooNew, match="Next: deploy a newer commit"):
        upgrade(url)


async def serve_from(url: str, revision: str) -> None:
    database = Database(url)
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(set_compatible_from, revision)
        await session.commit()
    await database.close()


def test_revisions_are_numbered_in_their_order_and_each_serves_the_release_before() -> None:
    revisions = known_revisions()
    assert list(revisions) == sorted(revisions, reverse=True)
    assert {len(revision) for revision in revisions} == {4}
    for newer, older in pairwise(revisions):
        assert compatible_from(newer) <= older, f"{newer} leaves no way back to {older}"
