"""Whoever follows a stream sees everything once, in order, from wherever they left off."""

import json
import socket
from collections.abc import AsyncGenerator
from typing import Any

import anyio
import fastapi.sse
import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

import server
from errors import DatabaseUnavailable
from routes import slow_readers
from services.events.consumer import handle
from tests.cloud_events import event
from tests.conftest import app_on
from tests.patience import PATIENCE_SECONDS
from tests.streams import STREAM, reading, serving

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
async def address(app: FastAPI) -> AsyncGenerator[str]:
    async with serving(app) as address:
        yield address


async def happen(app: FastAPI, count: int = 1, **data: Any) -> list[str]:
    """Let events arrive at the app and return their ids."""
    events = [event(number + 1, **data) for number in range(count)]
    for each in events:
        await handle(app.state.database, "task-events", json.dumps(each))
    return [each["id"] for each in events]


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] for entry in entries]


def open_streams() -> float:
    return REGISTRY.get_sample_value("todo_stream_clients") or 0


async def until_open_streams_are(count: float) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        while open_streams() != count:  # noqa: ASYNC110
            await anyio.sleep(0.01)


def stuck_on(reader: socket.socket, address: str) -> None:
    """Ask for a stream and never read it."""
    host, port = address.removeprefix("http://").split(":")
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect((host, int(port)))
    reader.sendall(f"GET {STREAM} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())


async def test_what_happens_is_streamed_as_the_feed_shows_it(app: FastAPI, address: str) -> None:
    await happen(app)
    async with reading(address) as reader:
        assert reader.response.headers["Content-Type"].startswith("text/event-stream")
        assert reader.response.headers["Cache-Control"] == "no-cache, no-store, no-transform"
        wanted = await happen(app, 2)
        entries = await reader.take(2)
    assert ids(entries) == wanted
    assert [entry.pop("stream_id") for entry in entries] == ["2", "3"]
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client:
        feed = (await client.get("/api/dev-user/activity")).json()["items"]
    assert entries[::-1] == feed[:2]


async def test_a_reader_who_comes_back_misses_nothing(app: FastAPI, address: str) -> None:
    wanted = await happen(app, 250)
    async with reading(address, last="0") as reader:
        first = await reader.take(120)
    async with reading(address, last=first[-1]["stream_id"]) as reader:
        wanted += await happen(app, 3)
        rest = await reader.take(133)
    assert ids(first + rest) == wanted


async def test_whoever_is_connected_misses_nothing_however_many_come_at_once(
    app: FastAPI, address: str
) -> None:
    """Each makes something happen as soon as its stream has answered, and has to see it."""
    # Who makes it happen waits for a place to write, and not for the database until that gives up.
    many, at_once = (40, 1) if app.state.database.engine.dialect.name == "sqlite" else (100, 5)
    writers = anyio.CapacityLimiter(at_once)
    users = [f"user-{number}" for number in range(many)]
    connected, told = set[str](), set[str]()

    async def come(client: httpx.AsyncClient, user: str) -> None:
        headers = {"X-Development-User": user}
        async with client.stream("GET", f"/api/{user}/stream", headers=headers) as answer:
            # A busy machine turns some away, and says so.
            if answer.status_code == 503:
                return
            connected.add(user)
            happened = event(1, user=user)
            async with writers:
                await handle(app.state.database, "task-events", json.dumps(happened))
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    assert json.loads(line.removeprefix("data: "))["id"] == happened["id"]
                    told.add(user)
                    return

    limits = httpx.Limits(max_connections=len(users))
    async with httpx.AsyncClient(
        base_url=address, timeout=None, limits=limits, trust_env=False, verify=False
    ) as client:
        with anyio.move_on_after(PATIENCE_SECONDS):
            async with anyio.create_task_group() as group:
                for user in users:
                    group.start_soon(come, client, user)
    assert len(connected) >= 10
    assert told == connected


async def test_without_its_place_no_stream_begins(
    app: FastAPI, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> int:
        raise DatabaseUnavailable

    monkeypatch.setattr(app.state.stream, "place", away)
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client:
        answer = await client.get(STREAM)
    assert (answer.status_code, answer.json()["status"]) == (503, 503)


async def test_a_client_without_headers_resumes_by_the_address(app: FastAPI, address: str) -> None:
    wanted = await happen(app, 2)
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS, verify=False) as client,
        client.stream("GET", STREAM, params={"last_event_id": "1"}) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                assert json.loads(line.removeprefix("data: "))["id"] == wanted[1]
                break


async def test_a_position_of_another_life_starts_now(app: FastAPI, address: str) -> None:
    await happen(app)
    async with reading(address, last="99") as reader:
        # It is known to have looked once the stream of a second reader works.
        async with reading(address) as other:
            wanted = await happen(app)
            assert ids(await other.take(1)) == wanted
        assert ids(await reader.take(1)) == wanted


async def test_nobody_sees_what_happens_to_others(app: FastAPI, address: str) -> None:
    async with reading(address, user="ann") as ann, reading(address, user="bob") as bob:
        of_ann, of_bob = await happen(app, user="ann"), await happen(app, user="bob")
        assert (ids(await ann.take(1)), ids(await bob.take(1))) == (of_ann, of_bob)


@pytest.mark.parametrize(("path", "last", "status"), [
    ("/api/somebody/stream", "1", 403),
    (STREAM, "-1", 422),
    (STREAM, "one", 422),
])  # fmt: skip
async def test_a_wrong_request_is_answered_before_a_stream_begins(
    path: str, last: str, status: int, address: str
) -> None:
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client:
        answer = await client.get(path, headers={"Last-Event-ID": last})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_quiet_stream_sends_a_comment(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The framework's own figure, which it does not let one choose.
    assert fastapi.sse._PING_INTERVAL == 15  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    async with reading(address) as reader:
        assert await reader.line(":") == ": ping"


async def test_open_streams_are_counted(address: str) -> None:
    before = open_streams()
    async with reading(address), reading(address):
        await until_open_streams_are(before + 2)
    await until_open_streams_are(before)


@ON_POSTGRESQL
async def test_every_replica_streams_what_any_of_them_received(database_url: str) -> None:
    one, two = app_on(database_url), app_on(database_url)
    async with (
        serving(one) as first,
        serving(two) as second,
        reading(first) as here,
        reading(second) as there,
    ):
        wanted = await happen(one, 5) + await happen(two, 5)
        assert ids(await here.take(10)) == wanted
        assert ids(await there.take(10)) == wanted


async def test_a_stuck_reader_is_cut_off_and_another_keeps_pace(
    app: FastAPI, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_readers, "SEND_SECONDS", 0.5)
    before = open_streams()
    with socket.socket() as stuck:
        stuck_on(stuck, address)
        async with reading(address) as reader:
            await until_open_streams_are(before + 2)
            wanted = await happen(app, 400, title="x" * 200)
            assert ids(await reader.take(400)) == wanted
            await until_open_streams_are(before + 1)
            assert await happen(app) == ids(await reader.take(1))


async def test_the_end_of_a_replica_ends_its_streams(app: FastAPI) -> None:
    async with serving(app) as address, reading(address) as reader, reading(address) as other:
        wanted = await happen(app)
        assert ids(await reader.take(1)) == wanted
        app.state.server.should_exit = True
        # Both end well, where the server would have waited for them as long as it may.
        assert not any(await reader.rest())
        assert ids(await other.take(1)) == wanted
        assert not any(await other.rest())


async def test_a_stuck_reader_does_not_hold_up_the_end(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(slow_readers, "SEND_SECONDS", 0.5)
    monkeypatch.setattr(server, "UNTAKEN_SECONDS", 1)
    before = open_streams()
    with socket.socket() as stuck:
        async with serving(app) as address:
            stuck_on(stuck, address)
            await until_open_streams_are(before + 1)
            await happen(app, 400, title="x" * 200)
            await until_open_streams_are(before)
    # The server says so when it has to give up waiting for somebody.
    assert not [line for line in caplog.messages if "graceful" in line]
