"""A database that goes away is told apart from a statement that is wrong."""

from typing import Any

import anyio
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from database import Database
from errors import DatabaseUnavailable
from settings import async_database_url

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

IDENTITY = text("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
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


async def test_a_wrong_statement_is_not_mistaken_for_it(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    with pytest.raises(DBAPIError):
        async with database.read() as session:
            await session.execute(text("SELECT * FROM tasks WHERE no_such_column = 1"))
    await database.close()
