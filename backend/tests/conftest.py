"""One test matrix: every test that asks for `database_url` runs on SQLite and on PostgreSQL."""

import asyncio
import gc
import logging
import shutil
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from database import Database
from main import create_app
from migrations.runner import upgrade
from models import Base
from settings import SelfcheckSettings, Settings, async_database_url
from tests.compiled import share_compiled_statements
from tests.postgres import running_server
from tests.spans import record_spans


def pytest_configure() -> None:
    share_compiled_statements()


def pytest_collection_finish() -> None:
    """Let no collection of garbage look again through what stays: modules and tests."""
    gc.collect()
    gc.freeze()
    # Each test builds an app and throws it away, for which 700 objects are no measure.
    gc.set_threshold(20_000, 20, 20)


@contextmanager
def uncovered(item: pytest.Item) -> Generator[None]:
    """Count no lines while a test that asks for that is set up or torn down.

    The marker itself is about the test alone, whose app starts before and stops after it.
    """
    plugin: Any = item.config.pluginmanager.getplugin("_cov")
    controller = plugin and plugin.cov_controller
    if not controller or not item.get_closest_marker("no_cover"):
        yield
        return
    controller.pause()
    try:
        yield
    finally:
        controller.resume()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    with uncovered(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    with uncovered(item):
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in (Settings.model_fields | SelfcheckSettings.model_fields).values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


@pytest.fixture(autouse=True)
def spans_as_in_one_process() -> None:
    # A process has one tracer provider for good: tests record, before a command gives its own.
    record_spans()


@pytest.fixture(autouse=True)
def logging_as_before() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Generator[str]:
    with running_server() as url:
        yield url


def sibling(server: str, database: str) -> str:
    """Return the URL of another database on the same server."""
    return server.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> str:
    execute(postgres_server, "CREATE DATABASE migrated")
    url = sibling(postgres_server, "migrated")
    upgrade(async_database_url(url))
    return url


@pytest.fixture(scope="session")
def empty_postgres_tables(postgres_database: str) -> Generator[Callable[[], None]]:
    """Delete all rows, over one connection that stays open: half of all tests ask for it."""
    # TRUNCATE makes new files of each table and index, and costs ten times as much for few rows.
    tables = reversed(Base.metadata.sorted_tables)
    delete = ";".join(f"DELETE FROM {table.name}" for table in tables)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        connection: Any = runner.run(connect(postgres_database))
        yield lambda: runner.run(connection.execute(delete))
        runner.run(connection.close())


async def connect(url: str) -> Any:
    """Open a connection of the driver itself, which is only partly known to a strict checker."""
    driver: Any = asyncpg
    return await driver.connect(url)


def execute(url: str, statement: str) -> None:
    """Run one statement; for fixtures without an event loop of their own."""

    async def run() -> None:
        engine = create_async_engine(async_database_url(url), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql(statement)
        await engine.dispose()

    anyio.run(run)


# Coverage doubles a test's time; on SQLite it would see the lines again that it saw on PostgreSQL.
@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.no_cover), "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: str = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid.uuid4().hex}"
    execute(server, f"CREATE DATABASE {name}")
    return sibling(server, name)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without any row."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "todo.db")
        return f"sqlite:///{tmp_path}/todo.db"
    empty: Callable[[], None] = request.getfixturevalue("empty_postgres_tables")
    empty()
    return request.getfixturevalue("postgres_database")


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """The same database without an app."""
    database = Database(async_database_url(database_url))
    yield database
    await database.close()


def app_on(url: str, **settings: Any) -> FastAPI:
    """Build the app on a database, as it runs in tests: whoever calls is believed."""
    given = {
        "environment": "test",
        "identity": "development",
        "database_url": url,
        # A worker takes as long to start as most tests to run: those of workers ask for them.
        "workers": 0,
        **settings,
    }
    return create_app(Settings.model_validate(given))


@asynccontextmanager
async def running(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """Run an app from its start to its end, and yield a client of it."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


@pytest.fixture
def app(database_url: str) -> FastAPI:
    return app_on(database_url)


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client
