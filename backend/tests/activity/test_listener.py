"""Streams go on when the connection that listens is cut, or hears nothing at all."""

import json
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from repositories import activity as activity_repository
from services.activity import pg_listener, stream
from services.activity.pg_listener import PgListener
from services.events.consumer import handle
from tests.cloud_events import event
from tests.patience import PATIENCE_SECONDS
from tests.streams import reading, serving

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

LISTENING = text(
    "SELECT pid, backend_start FROM pg_stat_activity"
    " WHERE datname = current_database() AND query ILIKE 'LISTEN%'"
)
CUT = text("SELECT pg_terminate_backend(:pid)")


def listener_of(app: FastAPI) -> PgListener:
    return app.state.stream.listener


async def until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110
            await anyio.sleep(0.01)


async def identity_of_the_listening_session(app: FastAPI) -> Any:
    async with app.state.database.read() as session:
        return (await session.execute(LISTENING)).one()


async def happen(app: FastAPI, number: int) -> str:
    sent = event(number)
    await handle(app.state.database, "task-events", json.dumps(sent))
    return sent["id"]


async def test_a_listener_hears_without_polling(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "POLL_SECONDS", 3600)
    async with serving(app) as address:
        await until(lambda: listener_of(app).is_listening)
        async with reading(address) as reader:
            for number in range(1, 4):
                wanted = await happen(app, number)
                assert [entry["id"] for entry in await reader.take(1)] == [wanted]


async def test_a_cut_connection_is_made_anew_and_nothing_is_missed(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without polling all depends on the listener: on its coming back, and on its catching up.
    monkeypatch.setattr(stream, "POLL_SECONDS", 3600)
    async with serving(app) as address:
        await until(lambda: listener_of(app).is_listening)
        async with reading(address) as reader:
            before = await identity_of_the_listening_session(app)
            async with app.state.database.read() as session:
                await session.execute(CUT, {"pid": before.pid})
            await until(lambda: not listener_of(app).is_listening)
            wanted = await happen(app, 1)
            await until(lambda: listener_of(app).is_listening)
            assert [entry["id"] for entry in await reader.take(1)] == [wanted]
            assert await identity_of_the_listening_session(app) != before
            wanted = await happen(app, 2)
            assert [entry["id"] for entry in await reader.take(1)] == [wanted]


async def test_where_nothing_is_heard_streams_poll(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silence(*_: object) -> None:
        """Lose what is sent, as behind a pooler that lends a session for one transaction only."""

    monkeypatch.setattr(pg_listener, "notify", silence)
    monkeypatch.setattr(activity_repository, "notify", silence)
    monkeypatch.setattr(pg_listener, "HEARD_SECONDS", 0.1)
    monkeypatch.setattr(stream, "POLL_SECONDS", 0.1)
    async with serving(app) as address, reading(address) as reader:
        for number in range(1, 4):
            wanted = await happen(app, number)
            assert [entry["id"] for entry in await reader.take(1)] == [wanted]
        assert not listener_of(app).is_listening


async def test_a_database_away_at_the_start_is_listened_to_later(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[None] = []
    connect = pg_listener.single_connections

    def fail_twice(*arguments: Any, **options: Any) -> Any:
        tries.append(None)
        if len(tries) < 3:
            raise OSError("nobody there")
        return connect(*arguments, **options)

    monkeypatch.setattr(pg_listener, "single_connections", fail_twice)
    async with serving(app):
        await until(lambda: listener_of(app).is_listening)
    assert len(tries) == 3
