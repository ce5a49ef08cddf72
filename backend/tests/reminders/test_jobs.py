"""Jobs and sweeps of the sidecar find what is due; nobody else may call for it."""

import json
import uuid
from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi.routing import APIRoute

from database import Database
from routes.jobs import SWEEP, router
from services.logger import configure_logging
from settings import async_database_url
from tests.cloud_events import SIDECAR, TOKEN
from tests.conftest import app_on, running
from tests.relays import until
from tests.reminding import LONG_AGO, Nobody, ahead, given, store
from tests.test_dapr_client import free_port

PATHS = [SWEEP, "/job/reminders-1772355600", f"/job/{uuid.UUID(int=7)}/of/another/release"]


@pytest.fixture
async def client(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    """An app that has looked once by itself; its sidecar takes no event, so they stay behind."""
    wakeups = Nobody()
    monkeypatch.setattr(
        "services.reminders.scheduler_dapr.DaprScheduler.schedule", wakeups.schedule
    )
    app = app_on(database_url, app_api_token=TOKEN, events="dapr", dapr_http_port=free_port())
    async with running(app) as client:
        await until(lambda: bool(wakeups.asked))
        yield client


@pytest.fixture
async def elsewhere(database_url: str) -> AsyncGenerator[Database]:
    """Another replica: what it sets wakes nobody here."""
    database = Database(async_database_url(database_url))
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("path", "woken_by"), [(PATHS[0], "sweep"), (PATHS[1], "job"), (PATHS[2], "job")]
)
async def test_what_is_due_is_given_and_says_what_woke_it(
    path: str, woken_by: str, client: httpx.AsyncClient, elsewhere: Database
) -> None:
    task, _ = await store(elsewhere, LONG_AGO, ahead(days=1))
    answer = await client.post(path, json={"moment": "any"}, headers=SIDECAR)
    assert (answer.status_code, answer.content) == (204, b"")
    (event,) = await given(elsewhere)
    assert (event.data.task_id, event.data.woken_by) == (task.id, woken_by)


@pytest.mark.parametrize("path", PATHS)
async def test_one_that_comes_for_nothing_or_again_does_no_harm(
    path: str, client: httpx.AsyncClient, elsewhere: Database
) -> None:
    for count in (0, 1, 1):
        answer = await client.post(path, headers=SIDECAR)
        assert answer.status_code == 204
        assert len(await given(elsewhere)) == count
        if not count:
            await store(elsewhere, LONG_AGO)


@pytest.mark.parametrize("path", PATHS)
async def test_while_the_database_is_away_a_job_is_told_to_come_again(path: str) -> None:
    away = app_on("postgresql://todo@127.0.0.1:1/todo", app_api_token=TOKEN)
    async with running(away) as client:
        # To a 404 it would not.
        assert (await client.post(path, headers=SIDECAR)).status_code == 503


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_but_the_sidecar_has_them_looked_for(
    path: str, client: httpx.AsyncClient, elsewhere: Database, database_url: str
) -> None:
    await store(elsewhere, LONG_AGO)
    for headers in ({}, {"dapr-api-token": ""}, {"dapr-api-token": "wrong"}):
        answer = await client.post(path, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:todo:problem:not-the-sidecar"
    assert await given(elsewhere) == []
    without = app_on(database_url, events="dapr", dapr_http_port=free_port())
    async with running(without) as closed:
        assert (await closed.post(path, headers=SIDECAR)).status_code == 403


def test_no_path_of_the_sidecar_is_described() -> None:
    paths = {route.path for route in router.routes if isinstance(route, APIRoute)}
    assert paths == {SWEEP, "/job/{name:path}"}
    described = app_on("sqlite://").openapi()["paths"]
    assert not [path for path in described if path.startswith(("/job", "/internal"))]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_what_was_given_is_logged_by_ids_and_an_empty_sweep_is_silent(
    client: httpx.AsyncClient, elsewhere: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    await client.post(SWEEP, headers=SIDECAR)
    (task,) = await store(elsewhere, LONG_AGO)
    await client.post(SWEEP, headers=SIDECAR)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert SWEEP not in json.dumps(lines)
    (line,) = [line for line in lines if line["message"] == "reminder given"]
    assert (line["user_id"], line["task_id"]) == ("dev-user", str(task.id))
    # The process looks once by itself when it starts, which may be just now.
    assert line["woken_by"] in ("sweep", "process")
    assert line["late_seconds"] < 60
    assert task.title not in json.dumps(lines)
