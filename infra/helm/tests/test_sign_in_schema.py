"""Alembic makes Better Auth's tables as Better Auth wants them."""

import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

import databases
from frontend import schema_differences

NOTHING: dict[str, list[str]] = {"create": [], "add": [], "index": [], "warnings": []}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """Give an empty database of each kind."""
    if request.param == "sqlite":
        yield databases.sqlite(tmp_path)
        return
    with databases.postgresql() as url:
        yield url


def test_better_auth_misses_nothing_after_the_migrations(database_url: str) -> None:
    databases.migrate(database_url)
    assert schema_differences(database_url) == NOTHING


def test_it_would_say_what_is_missing(database_url: str) -> None:
    assert set(schema_differences(database_url)["create"]) == {
        "auth_users",
        "auth_sessions",
        "auth_accounts",
        "auth_verifications",
        "auth_jwks",
        "auth_rate_limits",
    }
    databases.migrate(database_url)
    _execute(database_url, "ALTER TABLE auth_sessions DROP COLUMN user_agent")
    _execute(database_url, "ALTER TABLE auth_jwks RENAME COLUMN alg TO algorithm")
    assert schema_differences(database_url) == NOTHING | {
        "add": ["auth_sessions.user_agent", "auth_jwks.alg"]
    }


def _execute(url: str, statement: str) -> None:
    """Run one statement with the backend's own drivers."""
    program = (
        "import sys, anyio; from database import Database; from sqlalchemy import text\n"
        "from settings import async_database_url\n"
        "async def run():\n"
        "    async with Database(async_database_url(sys.argv[1])).engine.begin() as connection:\n"
        "        await connection.execute(text(sys.argv[2]))\n"
        "anyio.run(run)"
    )
    folder = databases.REPOSITORY / "backend"
    command = [str(folder / ".venv/bin/python"), "-c", program, url, statement]
    subprocess.run(command, cwd=folder, check=True)
