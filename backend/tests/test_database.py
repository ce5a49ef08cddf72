"""A database that goes away is told apart from a statement that is wrong."""

from contextlib import AsyncExitStack
from typing import Any

import anyio
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

import connections
from database import SESSIONS, Database
from database_times import DatabaseTimes
from errors import DatabaseUnavailable
from settings import async_database_url
from tests.patience import PATIENCE_SECONDS
from tests.proxies import Proxy

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

IDENTITY = text("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
OPEN = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
CUT = text("SELECT pg_terminate_backend(:pid)")


async def identity(session: AsyncSession) -> Any:
    return (await session.execute(IDENTITY)).one()


async def test_a_connection_cut_in_the_middle_means_the_database_is_away(
    database_url: str,
) -> None:
    database = Database(async_database_url(database_url))

    async def cut(pid: int) -> None:
        await anyio.sleep(0.1)
        async with database.read() as session:
            await session.execute(CUT, {"pid": pid})

    before: Any = None
    async with anyio.create_task_group() as group:
        with pytest.raises(DatabaseUnavailable):
            async with database.write() as session:
                before = await identity(session)
                group.start_soon(cut, before.pid)
                await session.execute(text("SELECT pg_sleep(20)"))
    async with database.read() as session, database.read() as another:
        assert before not in [await identity(session), await identity(another)]
    await database.close()


async def test_a_connection_that_answers_late_is_given_up_alone(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was too busy to hear an answer is not made busier by connecting anew."""
    database = Database(async_database_url(database_url))
    async with database.read() as one, database.read() as other:
        before = {await identity(one), await identity(other)}
    late = [TimeoutError(), None, None]

    async def ask(_driver: object) -> None:
        if late and (error := late.pop(0)):
            raise error

    monkeypatch.setattr(connections, "_ask", ask)
    async with database.read() as one, database.read() as other:
        after = {await identity(one), await identity(other)}
    assert len(before & after) == 1
    assert late == []
    await database.close()


async def test_a_wrong_statement_is_not_mistaken_for_it(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    with pytest.raises(DBAPIError):
        async with database.read() as session:
            await session.execute(text("SELECT * FROM tasks WHERE no_such_column = 1"))
    await database.close()


async def test_who_waits_for_a_connection_is_not_passed_by_who_came_later(
    database_url: str,
) -> None:
    database = Database(async_database_url(database_url))
    people = 4 * SESSIONS
    served = 0
    passed_by: list[int] = []

    async def ask_again_and_again() -> None:
        nonlocal served
        for _ in range(20):
            before = served
            async with database.read() as session:
                passed_by.append(served - before)
                served += 1
                await session.execute(text("SELECT 1"))

    async with AsyncExitStack() as held:
        # Opened beforehand: what takes long then is to wait for one, not to make it.
        for _ in range(SESSIONS):
            await held.enter_async_context(database.read())
    async with anyio.create_task_group() as group:
        for _ in range(people):
            group.start_soon(ask_again_and_again)
    await database.close()
    # Once by everybody else, and then some: whose turn it is has yet to be handed the connection.
    assert max(passed_by) < 2 * people


async def test_a_connection_that_never_comes_back_is_not_waited_for_for_ever(
    database_url: str,
) -> None:
    # Long enough for a busy machine to make each of the connections that are held.
    database = Database(async_database_url(database_url), DatabaseTimes(connect=2))
    async with AsyncExitStack() as held:
        for _ in range(SESSIONS):
            await held.enter_async_context(database.read())
        with pytest.raises(DatabaseUnavailable):
            async with database.read():
                pass
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


SHORT = DatabaseTimes(statement=0.2, lock=0.1, idle=0.2)


async def test_a_statement_that_takes_too_long_is_ended_by_postgresql(database_url: str) -> None:
    database = Database(async_database_url(database_url), SHORT)
    with pytest.raises(DatabaseUnavailable) as caught:
        async with database.read() as session:
            await session.execute(text("SELECT pg_sleep(20)"))
    assert "statement timeout" in str(caught.value.__cause__)
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_a_lock_that_is_not_given_back_is_not_waited_for_for_ever(database_url: str) -> None:
    database = Database(async_database_url(database_url), SHORT)
    holder = Database(async_database_url(database_url))
    async with holder.write() as session:
        await session.execute(text("LOCK TABLE tasks"))
        with pytest.raises(DatabaseUnavailable) as caught:
            async with database.write() as another:
                await another.execute(text("DELETE FROM tasks"))
    assert "lock timeout" in str(caught.value.__cause__)
    await holder.close()
    await database.close()


async def test_a_transaction_that_does_nothing_is_ended(database_url: str) -> None:
    database = Database(async_database_url(database_url), SHORT)
    watcher = Database(async_database_url(database_url))
    with pytest.raises(DatabaseUnavailable):
        async with database.write() as session:
            before = await identity(session)
            async with watcher.read() as other:
                with anyio.fail_after(PATIENCE_SECONDS):
                    while await other.scalar(OPEN, {"pid": before.pid}):  # noqa: ASYNC110
                        await anyio.sleep(0.02)
            await session.execute(text("SELECT 1"))
    await watcher.close()
    await database.close()


async def test_a_pooler_that_takes_no_settings_is_connected_to_without(database_url: str) -> None:
    proxy = Proxy(database_url)
    proxy.takes_settings = False
    async with proxy.running():
        database = Database(async_database_url(proxy.url))
        async with database.read() as session:
            assert await session.scalar(text("SHOW statement_timeout")) == "0"
        proxy.takes_settings = True
        await database.close()
        database = Database(async_database_url(proxy.url))
        async with database.read() as session:
            assert await session.scalar(text("SHOW statement_timeout")) == "3s"
        await database.close()
