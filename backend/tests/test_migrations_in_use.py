"""Migrations of a database that people use: nobody waits long behind one."""

import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from alembic.config import Config
from sqlalchemy import text

from database import Database
from database_times import DatabaseTimes
from migrations import runner
from migrations.runner import TableBusy, known_revisions, upgrade
from settings import async_database_url
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

READ = text("SELECT count(*) FROM tasks")
LOCK_SECONDS = 0.5
MARGIN_SECONDS = 3
ADDS_A_COLUMN = 'op.add_column("tasks", sa.Column("extra", sa.Text()))'
MAKES_AN_INDEX = 'create_index("ix_extra", "tasks", ["title"])'


@pytest.fixture
def url(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database; a migration added later meets people at work."""
    monkeypatch.setattr(runner, "TIMES", DatabaseTimes(statement=0, lock=LOCK_SECONDS, idle=0))
    monkeypatch.setattr(runner, "PAUSE_SECONDS", 0.2)
    url = async_database_url(empty_database_url)
    upgrade(url)
    return url


def add_migration(folder: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let this build have one more migration."""
    head, make_config = known_revisions()[0], runner._config  # pyright: ignore[reportPrivateUsage]
    (folder / "9999_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "from migrations.indexes import create_index\n"
        f'revision, down_revision, compatible_from = "9999", "{head}", "{head}"\n'
        f"branch_labels = depends_on = None\ndef upgrade() -> None:\n    {step}\n"
    )
    versions = Path(runner.__file__).parent / "versions"

    def config() -> Config:
        made = make_config()
        made.set_main_option("version_locations", f"{versions}{os.pathsep}{folder}")
        return made

    monkeypatch.setattr(runner, "_config", config)


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database]:
    database = Database(url, DatabaseTimes(connect=30, statement=30, lock=30))
    try:
        yield database
    finally:
        await database.close()


async def longest_read(database: Database, over: anyio.Event) -> float:
    """Read again and again until something is over; return the seconds that the slowest took."""
    longest = 0.0
    while not over.is_set():
        before = time.monotonic()
        async with database.read() as session:
            await session.execute(READ)
        longest = max(longest, time.monotonic() - before)
        await anyio.sleep(0.02)
    return longest


async def migrate_beside_a_long_transaction(url: str, hold_seconds: float) -> float:
    """Return how long the slowest of other readers had to wait."""
    over = anyio.Event()
    longest = 0.0

    async with opened(url) as holder, opened(url) as reader, anyio.create_task_group() as group:

        async def read() -> None:
            nonlocal longest
            longest = await longest_read(reader, over)

        async def migrate() -> None:
            await anyio.to_thread.run_sync(upgrade, url)
            over.set()

        async with holder.write() as session:
            await session.execute(READ)
            group.start_soon(read)
            group.start_soon(migrate)
            await anyio.sleep(hold_seconds)
            assert not over.is_set()
    return longest


async def test_readers_do_not_queue_behind_a_migration_that_waits(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(tmp_path, monkeypatch, ADDS_A_COLUMN)
    longest = await migrate_beside_a_long_transaction(url, LOCK_SECONDS + MARGIN_SECONDS + 2)
    assert longest < LOCK_SECONDS + MARGIN_SECONDS
    async with opened(url) as database, database.read() as session:
        await session.execute(text("SELECT extra FROM tasks"))


async def test_without_a_limit_they_would(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "TIMES", DatabaseTimes(statement=0, lock=0, idle=0))
    add_migration(tmp_path, monkeypatch, ADDS_A_COLUMN)
    longest = await migrate_beside_a_long_transaction(url, LOCK_SECONDS + MARGIN_SECONDS + 2)
    assert longest > LOCK_SECONDS + MARGIN_SECONDS / 2


async def test_a_table_that_is_never_free_ends_it_with_what_to_look_at(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "PATIENCE_SECONDS", 1)
    add_migration(tmp_path, monkeypatch, ADDS_A_COLUMN)
    async with opened(url) as holder, holder.write() as session:
        await session.execute(READ)
        with pytest.raises(TableBusy, match="pg_stat_activity"):
            await anyio.to_thread.run_sync(upgrade, url)


async def test_an_index_is_made_while_people_write(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(tmp_path, monkeypatch, MAKES_AN_INDEX)
    write = text("UPDATE tasks SET title = title")
    done = anyio.Event()

    async def migrate() -> None:
        await anyio.to_thread.run_sync(upgrade, url)
        done.set()

    async with opened(url) as database:
        async with database.write() as session:
            # As an earlier try that was ended left it.
            await session.execute(text("CREATE INDEX ix_extra ON tasks (id)"))
            await session.commit()
        async with anyio.create_task_group() as group, database.write() as holder:
            await holder.execute(write)
            group.start_soon(migrate)
            with anyio.fail_after(PATIENCE_SECONDS):
                async with database.read() as session:
                    while not await session.scalar(BUILDING):  # noqa: ASYNC110
                        await anyio.sleep(0.02)
            with anyio.fail_after(MARGIN_SECONDS):
                async with database.write() as another:
                    await another.execute(write)
                    await another.commit()
            assert not done.is_set()
        async with database.read() as session:
            assert (await session.execute(VALID)).one() == (True, "title")


BUILDING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND query ILIKE '%INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'"
)
VALID = text(
    "SELECT indisvalid, attname FROM pg_index"
    " JOIN pg_attribute ON attrelid = indexrelid WHERE indexrelid = 'ix_extra'::regclass"
)
