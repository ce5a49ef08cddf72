"""A process killed between publishing and noting it loses nothing."""

import os
import signal
import sys
from pathlib import Path

import anyio

from database import Database
from settings import async_database_url
from tests.relays import Broker, emptied, pending, relaying, store, until

BACKEND = Path(__file__).parents[2]


async def test_events_published_by_a_process_that_was_killed_are_published_again(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    ids = await store(database, *"abcde")
    published = tmp_path / "published"
    relay = [sys.executable, "-m", "tests.crashing_relay", async_database_url(database_url)]
    process = await anyio.open_process(
        [*relay, str(published)], cwd=BACKEND, env={"PATH": os.defpath}, stderr=None
    )
    try:
        await until(lambda: published.exists() and published.read_text().count("\n") >= len(ids))
        assert process.returncode is None
    finally:
        process.kill()
    assert await process.wait() == -signal.SIGKILL
    assert await pending(database) == len(ids)

    broker = Broker()
    async with relaying(database, broker):
        await emptied(database)
    assert sorted(broker.ids, key=str) == sorted(ids, key=str)
