"""Each probe answers its own question and no other."""

import math

import anyio
import pytest
from fastapi import FastAPI

from database import Database
from repositories.schema import Schema
from services.health import DatabaseState, revisions
from tests.conftest import app_on, running

HEAD = revisions()[0]


async def test_health_tells_everybody_whether_it_works_and_no_more(database_url: str) -> None:
    async with running(app_on(database_url, commit="abc1234")) as client:
        answer = await client.get("/api/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "commit": "abc1234", "version": "0.1.0"}


async def test_inside_the_cluster_it_describes_database_and_outbox(database_url: str) -> None:
    async with running(app_on(database_url, commit="abc1234")) as client:
        answer = await client.get("/health")
        assert "/health" not in (await client.get("/api/openapi.json")).json()["paths"]
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "commit": "abc1234",
        "version": "0.1.0",
        "environment": "test",
        "database": {"reachable": True, "schema_head": HEAD, "schema_fits": True},
        "outbox": {"pending": 0, "oldest_seconds": 0, "quarantined": 0},
    }


async def test_an_empty_database_keeps_the_start_waiting(empty_database_url: str) -> None:
    async with running(app_on(empty_database_url)) as client:
        answer = await client.get("/api/health/startup")
        assert answer.status_code == 503
        assert "todo migrate" in answer.json()["detail"]
        assert (await client.get("/api/health")).json()["status"] == "degraded"
        assert (await client.get("/api/health/live")).status_code == 200


async def test_start_up_is_over_for_good_once_the_schema_fitted(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(app) as client:
        assert (await client.get("/api/health/startup")).status_code == 200
        monkeypatch.setattr(app.state.health, "_database", Database(UNREACHABLE))
        assert (await client.get("/api/health/startup")).status_code == 200
        assert (await client.get("/health")).json()["database"]["reachable"] is True


UNREACHABLE = "postgresql+asyncpg://todo:pa55@127.0.0.1:1/todo"


async def test_a_database_away_fails_requests_but_not_readiness() -> None:
    async with running(app_on(UNREACHABLE)) as client:
        health = await client.get("/api/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert (await client.get("/api/health/live")).status_code == 200
        assert (await client.get("/health")).json()["database"]["reachable"] is False
        ready = await client.get("/api/health/ready")
        assert (ready.status_code, ready.json()["database"]) == (200, "unreachable")
        startup = await client.get("/api/health/startup")
        assert (startup.status_code, startup.json()["status"]) == (503, "starting")
        for answer in (
            await client.get("/api/dev-user/tasks"),
            await client.post("/api/dev-user/tasks", json={"title": "x"}),
        ):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "5"
            assert answer.json()["type"] == "urn:todo:problem:database-unavailable"
            assert "pa55" not in answer.text


async def test_draining_ends_readiness_only(app: FastAPI) -> None:
    async with running(app) as client:
        assert (await client.get("/api/health/ready")).status_code == 200
        app.state.health.draining = True
        assert (await client.get("/api/health/ready")).status_code == 503
        assert (await client.get("/api/health/live")).status_code == 200
        assert (await client.get("/api/dev-user/tasks")).status_code == 200


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        (Schema("3"), True),
        (Schema("2"), False),
        (Schema("1", "1"), False),
        (Schema(None), False),
        (Schema("4", "3"), True),
        (Schema("5", "2"), True),
        (Schema("5", "4"), False),
        (Schema("4"), False),
    ],
)
def test_a_schema_fits_when_it_is_this_builds_or_newer_and_serves_it(
    schema: Schema, fits: bool
) -> None:
    assert schema.fits(("3", "2", "1")) is fits


def gauges(text: str) -> dict[str, float]:
    lines = (line.split() for line in text.splitlines() if line.startswith("todo_"))
    return {line[0]: float(line[1]) for line in lines}


IN_THE_DATABASE = (
    "todo_outbox_pending",
    "todo_outbox_oldest_seconds",
    "todo_outbox_quarantined",
    "todo_reminders_due",
)


async def test_gauges_are_counted_at_scrape(app: FastAPI) -> None:
    async with running(app) as client:
        found = gauges((await client.get("/metrics")).text)
    assert [found[name] for name in ("todo_database_up", *IN_THE_DATABASE)] == [1, 0, 0, 0, 0]


async def test_gauges_of_a_database_away_are_unknown_and_never_zero() -> None:
    async with running(app_on(UNREACHABLE)) as client:
        found = gauges((await client.get("/metrics")).text)
    assert found["todo_database_up"] == 0
    assert all(math.isnan(found[name]) for name in IN_THE_DATABASE)


async def test_readiness_does_not_wait_for_the_database() -> None:
    async with running(app_on(UNREACHABLE)) as client:
        ready = await client.get("/api/health/ready")
        assert (ready.status_code, ready.json()) == (
            200,
            {"status": "ok", "detail": None, "database": "unknown"},
        )


async def test_however_many_ask_the_database_is_asked_once(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[None] = []
    look = app.state.health._look

    async def counting() -> DatabaseState:
        asked.append(None)
        return await look()

    monkeypatch.setattr(app.state.health._state, "_ask", counting)
    async with running(app) as client, anyio.create_task_group() as group:
        for _ in range(20):
            for path in ("/api/health", "/health", "/metrics", "/api/health/ready"):
                group.start_soon(client.get, path)
    assert len(asked) == 1
