"""Streams that many open or end at once do so one after the other, and delay nobody else."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from routes import streams_in_turn
from routes.streams_in_turn import StreamsInTurn
from services.fair_queue import FairQueue
from tests.patience import PATIENCE_SECONDS
from tests.streams import reading, serving

NEVER = 600
ANN, BEN = "/api/ann/stream", "/api/ben/stream"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Work:
    """Count what is in work at a time, which is as long as others get to work, too."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0

    @contextmanager
    def counted(self) -> Generator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        yield
        self.now -= 1
        self.done += 1

    async def do(self) -> None:
        with self.counted():
            for _ in range(5):
                await anyio.lowlevel.checkpoint()


class Streams:
    """An app whose streams take some work to open and to end, and their clients."""

    def __init__(self, at_once: int) -> None:
        self.opening, self.ending = Work(), Work()
        self.app = StreamsInTurn(self._serve, at_once)
        self._leave = asyncio.Event()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.opening.do()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"retry: 1\n\n", "more_body": True})
        assert (await receive())["type"] == "http.disconnect"
        await self.ending.do()

    async def _until_left(self) -> Message:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _taken(self, message: Message) -> None:
        assert message["type"].startswith("http.response.")

    async def come_and_go(self, count: int, path: str = ANN) -> None:
        """Let streams be opened at once, and left at once when all of them are open."""
        scope: Scope = {"type": "http", "method": "GET", "path": path}
        with anyio.fail_after(PATIENCE_SECONDS):
            async with anyio.create_task_group() as group:
                for _ in range(count):
                    group.start_soon(self.app, scope, self._until_left, self._taken)
                await anyio.wait_all_tasks_blocked()
                assert (self.opening.done, self.ending.now + self.ending.done) == (count, 0)
                self._leave.set()
        assert self.ending.done == count


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no slow machine end a turn."""
    monkeypatch.setattr(streams_in_turn, "LONGEST_SECONDS", NEVER)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("at_once", [1, 3])
async def test_as_many_as_may_open_and_end_at_a_time(at_once: int) -> None:
    streams = Streams(at_once)
    await streams.come_and_go(20)
    assert (streams.opening.most, streams.ending.most) == (at_once, at_once)


@pytest.mark.usefixtures("patient")
async def test_what_is_no_stream_waits_for_none() -> None:
    streams = Streams(1)
    await streams.come_and_go(20, "/api/ann/tasks")
    assert (streams.opening.most, streams.ending.most) == (20, 20)


@pytest.fixture
async def address(app: FastAPI, patient: None) -> AsyncGenerator[str]:
    async with serving(app) as address:
        yield address


@ON_SQLITE
async def test_the_app_opens_one_at_a_time_and_answers_others_meanwhile(
    app: FastAPI, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, answered, place = Work(), anyio.Event(), app.state.stream.place

    async def counted(user_id: str, position: int | None) -> int:
        with work.counted():
            await answered.wait()
            return await place(user_id, position)

    async def one() -> None:
        async with reading(address) as reader:
            assert reader.response.status_code == 200

    monkeypatch.setattr(app.state.stream, "place", counted)
    with anyio.fail_after(PATIENCE_SECONDS):
        async with (
            httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client,
            anyio.create_task_group() as group,
        ):
            for _ in range(10):
                group.start_soon(one)
            while not work.now:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            ben = {"X-Development-User": "ben"}
            assert (await client.get("/api/ben/tasks", headers=ben)).status_code == 200
            answered.set()
    assert (work.done, work.most) == (10, 1)


@ON_SQLITE
async def test_an_opening_that_is_refused_lets_the_next_one_in(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client:
        for path, status in ((ANN, 403), ("/api/dev-user/stream?last_event_id=x", 422)) * 2:
            assert (await client.get(path)).status_code == status
    async with reading(address) as reader:
        assert reader.response.status_code == 200


async def test_keys_have_a_place_in_turn_however_many_wait_of_one() -> None:
    queue, order = FairQueue(1, NEVER), list[str]()

    async def one(key: str) -> None:
        give_back = await queue.place(key)
        order.append(key)
        await anyio.lowlevel.checkpoint()
        give_back()

    with anyio.fail_after(PATIENCE_SECONDS):
        async with anyio.create_task_group() as group:
            for key in (*[ANN] * 5, BEN):
                group.start_soon(one, key)
    # The first had its place and the second waited for one before Ben came.
    assert order == [ANN, ANN, BEN, ANN, ANN, ANN]


async def test_a_place_that_is_given_back_twice_is_one_place() -> None:
    queue = FairQueue(1, NEVER)
    give_back = await queue.place(ANN)
    give_back()
    give_back()
    await queue.place(ANN)
    await nobody_gets_in(queue, BEN)


async def test_who_went_away_takes_no_place() -> None:
    queue = FairQueue(1, NEVER)
    give_back = await queue.place(ANN)
    for key in (ANN, BEN):
        await nobody_gets_in(queue, key)
    give_back()
    with anyio.fail_after(PATIENCE_SECONDS):
        await queue.place(BEN)


async def test_a_place_is_free_again_in_time() -> None:
    queue = FairQueue(1, 0.01)
    with anyio.fail_after(PATIENCE_SECONDS):
        await queue.place(ANN)
        await queue.place(BEN)


async def nobody_gets_in(queue: FairQueue, key: str) -> None:
    """Wait for a place, and go away before there is one."""
    with anyio.CancelScope() as waiting:
        waiting.cancel()
        await queue.place(key)
    assert waiting.cancelled_caught
