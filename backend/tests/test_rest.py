"""An app at rest asks the database nothing; the next request or reminder finds it awake."""

from datetime import datetime

import anyio
import httpx
import pytest
from sqlalchemy import text

from database import Database
from routes.jobs import SWEEP
from services.rest import Rest
from settings import async_database_url
from tests.conftest import app_on, running
from tests.patience import PATIENCE_SECONDS
from tests.processes import serving
from tests.proxies import Proxy
from tests.reminding import ahead

TASKS = "/api/dev-user/tasks"
# The slowest of what is done of its own accord comes every 5 s.
QUIET_SECONDS = 6
TOKEN = "a-token-of-the-sidecar"
SIDECAR = {"dapr-api-token": TOKEN}
_LAST = text(
    "select max(greatest(query_start, state_change)) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid() "
    "and backend_type = 'client backend'"
)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


async def last_question(database: Database) -> datetime | None:
    """Return when anybody else last asked or was answered."""
    async with database.read() as session:
        return await session.scalar(_LAST)


async def rests(database: Database, client: httpx.AsyncClient) -> bool:
    """Tell whether nobody asks for a while, though the pod is probed and swept."""
    before = await last_question(database)
    with anyio.move_on_after(QUIET_SECONDS):
        while True:
            assert (await client.get("/api/health/ready")).status_code == 200
            assert (await client.get("/api/health/live")).status_code == 200
            assert (await client.post(SWEEP, headers=SIDECAR)).status_code == 204
            await anyio.sleep(0.5)
    return await last_question(database) == before


async def comes_to_rest(database: Database, client: httpx.AsyncClient) -> None:
    with anyio.fail_after(PATIENCE_SECONDS + QUIET_SECONDS):
        while not await rests(database, client):
            pass


@on_postgresql
async def test_nobody_asks_while_nobody_is_there(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    async with (
        serving(database_url, TODO_REST_SECONDS="1", APP_API_TOKEN=TOKEN) as address,
        httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client,
    ):
        assert (await client.post(TASKS, json={"title": "first"})).status_code == 201
        await comes_to_rest(database, client)
        # Awake with the first request, and so is what publishes its event.
        assert (await client.post(TASKS, json={"title": "second"})).status_code == 201
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                activity = (await client.get("/api/dev-user/activity")).json()["items"]
                if any("second" in str(entry) for entry in activity):
                    break
                await anyio.sleep(0.1)
    await database.close()


@on_postgresql
async def test_without_it_the_database_is_asked_all_the_time(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    async with (
        serving(database_url, APP_API_TOKEN=TOKEN) as address,
        httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client,
    ):
        assert not await rests(database, client)
    await database.close()


@on_postgresql
async def test_a_reminder_is_given_in_the_middle_of_it_and_told(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    told = text("select count(*) from notices")
    settings = {"TODO_REST_SECONDS": "1", "TODO_SWEEP_SECONDS": "1", "APP_API_TOKEN": TOKEN}
    async with (
        serving(database_url, **settings) as address,
        httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client,
    ):
        # Further away than what is arranged without rest.
        moment = ahead(seconds=2 * QUIET_SECONDS + 4)
        task = {"title": "far", "remind_at": moment.isoformat()}
        assert (await client.post(TASKS, json=task)).status_code == 201
        await comes_to_rest(database, client)
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                async with database.read() as session:
                    if await session.scalar(told):
                        break
                await anyio.sleep(0.2)
    await database.close()


@on_postgresql
async def test_a_database_that_was_away_leaves_nothing_behind(database_url: str) -> None:
    proxy = Proxy(database_url)
    database = Database(async_database_url(database_url))
    async with (
        proxy.running(),
        serving(proxy.url, TODO_REST_SECONDS="1", APP_API_TOKEN=TOKEN) as address,
        httpx.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=False) as client,
    ):
        moment = ahead(seconds=6)
        task = {"title": "missed", "remind_at": moment.isoformat()}
        assert (await client.post(TASKS, json=task)).status_code == 201
        proxy.swallowing = True
        # Longer than a lease, and past the reminder.
        await anyio.sleep(14)
        proxy.swallowing = False
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                async with database.read() as session:
                    if await session.scalar(text("select count(*) from notices")):
                        break
                await anyio.sleep(0.2)
    await database.close()


async def test_a_request_that_runs_is_use_and_so_is_the_time_after_it() -> None:
    now = 0.0
    rest = Rest(5, clock=lambda: now)
    with rest.in_use():
        now = 100
        assert not rest.is_resting
    now = 105
    assert not rest.is_resting
    now = 106
    assert rest.is_resting
    with anyio.move_on_after(0.2) as waiting:
        await rest.over()
    assert waiting.cancelled_caught
    with anyio.fail_after(PATIENCE_SECONDS):
        await rest.over(lambda: True)
        rest.use()
        await rest.over()
    assert not Rest().is_resting


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "is_use"),
    [(SWEEP, False), ("/api/health/live", False), ("/metrics", False), ("/job/any", True),
     ("/api/me", True)],
)  # fmt: skip
async def test_what_comes_whether_anybody_is_there_is_no_use(
    path: str, is_use: bool, database_url: str
) -> None:
    app = app_on(database_url, rest_seconds=2)
    rest: Rest = app.state.rest
    async with running(app) as client:
        with anyio.fail_after(PATIENCE_SECONDS):
            while not rest.is_resting:  # noqa: ASYNC110 - whoever makes it so tells nobody
                await anyio.sleep(0.05)
        await client.get(path)
        assert rest.is_resting is not is_use
