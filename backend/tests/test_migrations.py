"""Migrations lead to the tables the code expects, however often and however many run them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from database import Database
from errors import DatabaseUnavailable
from migrations.runner import known_revisions, upgrade
from models import Base
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
