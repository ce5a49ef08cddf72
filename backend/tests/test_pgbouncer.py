"""The app works through a real PgBouncer that shares its sessions between transactions."""

import logging
import os
import sys
from collections.abc import Generator
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest

from connections import create_engine
from database import Database
from database_times import DatabaseTimes
from migrations.runner import upgrade
from repositories.schema import current_schema
from settings import async_database_url
from tests import frontend_driver, pgbouncer
from tests.conftest import app_on
from tests.postgres import FAST, cluster, serving
from tests.processes import BACKEND, free_port
from tests.streams import reading
from tests.streams import serving as serving_app
from tests.test_migrations_in_use import MAKES_AN_INDEX, add_migration

TASKS = "/api/dev-user/tasks"
AT_ONCE = 20
ASK = """
const numbers = Array.from({ length: Number(process.argv[2]) }, (_, number) => number);
const ask = async (number) => (await pool.query("SELECT $1::int AS it", [number])).rows[0].it;
console.log(JSON.stringify(await Promise.all(numbers.map(ask))));
"""

pytestmark = pytest.mark.skipif(
    pgbouncer.PROGRAM is None, reason="no pgbouncer here: apt-get install pgbouncer"
)


@pytest.fixture(scope="module")
def pooled_url() -> Generator[str]:
    with cluster() as home, serving(home), pgbouncer.pooling(home) as url:
        upgrade(url)
        # Everyone waits for one of few sessions, on a machine that has other things to do.
        yield f"{url}&connect_timeout=60"


async def test_processes_migrate_one_after_the_other(pooled_url: str) -> None:
    command = [sys.executable, "todo", "migrate"]
    environment = {"PATH": os.defpath, "DATABASE_URL": pooled_url}
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(partial(anyio.run_process, command, cwd=BACKEND, env=environment))
    database = Database(pooled_url)
    async with database.read() as session:
        assert (await current_schema(session)).head is not None
    await database.close()


async def test_many_write_and_read_at_once_through_few_sessions(pooled_url: str) -> None:
    async with (
        serving_app(app_on(pooled_url)) as address,
        httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, verify=False) as client,
    ):
        statuses: list[int] = []

        async def work(number: int) -> None:
            made = await client.post(TASKS, json={"title": f"task {number}"})
            task = f"{TASKS}/{made.json()['id']}"
            for answer in (
                made,
                await client.get(task),
                await client.patch(
                    task, json={"title": "another"}, headers={"If-Match": made.headers["ETag"]}
                ),
                await client.get(TASKS, params={"search": "another"}),
                await client.delete(task),
            ):
                statuses.append(answer.status_code)

        async with anyio.create_task_group() as group:
            for number in range(AT_ONCE):
                group.start_soon(work, number)
        assert {status // 100 for status in statuses} == {2}, statuses


async def test_the_frontends_driver_reads_through_few_sessions_too(pooled_url: str) -> None:
    answers = await frontend_driver.run(ASK, pooled_url, str(AT_ONCE))
    assert answers == list(range(AT_ONCE))


async def test_streams_look_every_second_and_the_log_says_so_once(
    pooled_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="todo.listener")
    app = app_on(pooled_url)
    async with (
        serving_app(app) as address,
        httpx.AsyncClient(base_url=address, timeout=60, trust_env=False, verify=False) as client,
        reading(address) as reader,
    ):
        made = (await client.post(TASKS, json={"title": "seen"})).json()
        # What an earlier test left is told as well.
        while made["id"] != (await reader.take(1))[0]["task_id"]:
            pass
        assert not app.state.stream.listener.is_listening
    said = [record.message for record in caplog.records if "listening" in record.message]
    assert said == ["not listening, polling: DATABASE_URL leads to a pooler of transactions"]


async def test_the_limits_of_a_statement_are_the_servers_still(pooled_url: str) -> None:
    engine = create_engine(pooled_url, DatabaseTimes(statement=7, lock=5))
    async with engine.begin() as connection:
        for name, wanted in (("statement_timeout", "7s"), ("lock_timeout", "5s")):
            assert (await connection.exec_driver_sql(f"SHOW {name}")).scalar_one() == wanted
    await engine.dispose()


@pytest.mark.parametrize("pooled", [True, False])
def test_an_index_is_made_and_nobody_elses_session_is_changed_for_it(
    pooled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster() as home:
        told = ("logging_collector=on", "log_statement=all", f"log_directory={home}")
        port = free_port()
        with serving(home, (*FAST, *told), port) as direct, pgbouncer.pooling(home, port) as url:
            given = url if pooled else async_database_url(direct)
            upgrade(given)
            add_migration(tmp_path, monkeypatch, MAKES_AN_INDEX)
            upgrade(given)
        said = "".join(file.read_text() for file in home.glob("*.log"))
    assert "CREATE INDEX CONCURRENTLY ix_extra" in said
    # A connection of one's own has a limit to lift, and keeps what is set to itself.
    assert ("SET lock_timeout" in said) != pooled


async def test_without_the_word_it_fails_which_is_what_the_word_is_for(pooled_url: str) -> None:
    # The app's way before: statements with names, in sessions that are somebody else's.
    url = pooled_url.replace("pgbouncer=true&", "")
    database = Database(url)
    failed = 0

    async def read() -> None:
        nonlocal failed
        try:
            async with database.read() as session:
                await current_schema(session)
        except Exception:
            failed += 1

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(read)
    await database.close()
    assert failed
