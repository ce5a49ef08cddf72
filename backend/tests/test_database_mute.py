"""A database that takes packets and never answers costs seconds, of requests and of streams."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable

import anyio
import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from database import Database
from database_times import DatabaseTimes
from errors import DatabaseUnavailable
from repositories.relay import RelayRepository
from repositories.schema import current_schema
from services.activity.pg_listener import PgListener
from settings import async_database_url
from tests.processes import serving
from tests.proxies import Proxy
from tests.streams import STREAM, reading

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

TASKS = "/api/dev-user/tasks"
CHAT = "/api/dev-user/chat"
ANSWER_SECONDS = 5
# What a machine busy with other tests adds; without the limits it would be minutes.
MACHINE_SECONDS = 5
RETURN_SECONDS = 15
AWAY = (DBAPIError, TimeoutError, OSError)


@pytest.fixture
async def proxy(database_url: str) -> AsyncGenerator[Proxy]:
    proxy = Proxy(database_url)
    async with proxy.running():
        yield proxy


async def is_refused_in_time(client: httpx.AsyncClient, method: str, path: str) -> None:
    before = time.monotonic()
    body = {"message": "hello"} if path == CHAT else {"title": "x"}
    answer = await client.request(method, path, json=None if method == "GET" else body)
    assert time.monotonic() - before < ANSWER_SECONDS + MACHINE_SECONDS
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:todo:problem:database-unavailable"
    assert answer.headers["Retry-After"]


async def test_requests_are_answered_meanwhile_and_served_after_its_return(
    proxy: Proxy,
) -> None:
    async with (
        serving(proxy.url) as address,
        httpx.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=False) as client,
    ):
        assert (await client.post(TASKS, json={"title": "before"})).status_code == 201
        proxy.swallowing = True
        # More at once than there are connections: who waits for one is answered as soon.
        for _ in range(2):
            async with anyio.create_task_group() as group:
                for number in range(40):
                    group.start_soon(is_refused_in_time, client, ("GET", "POST")[number % 2], TASKS)
                # These wait for each other, too.
                for _ in range(6):
                    group.start_soon(is_refused_in_time, client, "POST", CHAT)
                # And so do these, two at a time.
                for _ in range(8):
                    group.start_soon(is_refused_in_time, client, "GET", STREAM)
                for path in ("/api/health/live", "/api/health/ready"):
                    assert (await client.get(path)).status_code == 200
        proxy.swallowing = False
        with anyio.fail_after(RETURN_SECONDS):
            while (await client.get(TASKS)).status_code != 200:  # noqa: ASYNC110
                await anyio.sleep(0.1)
            assert (await client.post(TASKS, json={"title": "after"})).status_code == 201
        titles = [task["title"] for task in (await client.get(TASKS)).json()["items"]]
        assert sorted(titles) == ["after", "before"]


@pytest.mark.parametrize("is_made", [False, True])
async def test_a_commit_without_an_answer_is_not_told_as_a_change_that_was_not_made(
    proxy: Proxy, is_made: bool
) -> None:
    key = {"Idempotency-Key": "once"}
    async with (
        serving(proxy.url, TODO_DATABASE_IDLE_SECONDS="3") as address,
        httpx.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=False) as client,
    ):
        # Not a transaction of the relay's, whose locks would hold the request up.
        proxy.cut_after = b"INSERT INTO tasks"
        proxy.cut_at, proxy.cut_answer = b"COMMIT", is_made
        before = time.monotonic()
        answer = await client.post(TASKS, json={"title": "x"}, headers=key)
        assert time.monotonic() - before < ANSWER_SECONDS + MACHINE_SECONDS
        assert answer.status_code == 503, answer.text
        assert answer.json()["type"] == "urn:todo:problem:change-uncertain"
        detail = answer.json()["detail"]
        assert "may or may not have been made" in detail
        assert "look before you repeat it" in detail
        assert "Idempotency-Key" in detail
        assert "Nothing was changed" not in detail
        proxy.cut_at = None
        assert len((await client.get(TASKS)).json()["items"]) == is_made
        with anyio.fail_after(RETURN_SECONDS):
            # The transaction that was cut holds the key until PostgreSQL ends it.
            while True:
                again = await client.post(TASKS, json={"title": "x"}, headers=key)
                if again.status_code == 201:
                    break
        assert [task["id"] for task in (await client.get(TASKS)).json()["items"]] == [
            again.json()["id"]
        ]


async def test_what_is_cut_before_its_commit_was_not_made(proxy: Proxy) -> None:
    async with (
        serving(proxy.url) as address,
        httpx.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=False) as client,
    ):
        proxy.cut_at = b"INSERT INTO tasks"
        answer = await client.post(TASKS, json={"title": "x"})
        assert answer.json()["type"] == "urn:todo:problem:database-unavailable"
        assert answer.json()["detail"].startswith("Nothing was changed")
        proxy.cut_at = None
        assert (await client.get(TASKS)).json()["items"] == []


async def test_streams_and_the_relay_come_back_by_themselves(
    proxy: Proxy,
) -> None:
    async with (
        serving(proxy.url) as address,
        httpx.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=False) as client,
        reading(address) as reader,
    ):
        await client.post(TASKS, json={"title": "before"})
        assert [entry["title"] for entry in await reader.take(1)] == ["before"]
        proxy.swallowing = True
        await is_refused_in_time(client, "GET", TASKS)
        proxy.swallowing = False
        with anyio.fail_after(RETURN_SECONDS):
            after = {"title": "after"}
            while (await client.post(TASKS, json=after)).status_code != 201:  # noqa: ASYNC110
                await anyio.sleep(0.1)
            assert [entry["title"] for entry in await reader.take(1)] == ["after"]


async def test_every_query_of_the_background_ends_in_time(proxy: Proxy) -> None:
    database = Database(async_database_url(proxy.url), DatabaseTimes(connect=1, statement=0.5))
    relay = RelayRepository(database)

    async def health() -> None:
        async with database.read() as session:
            await current_schema(session)

    questions: list[Callable[[], Awaitable[object]]] = [
        lambda: relay.join("me", 10),
        lambda: relay.lease("me", [1], 10),
        lambda: relay.waiting([1], [], 10),
        lambda: relay.settle([1], []),
        lambda: relay.release("me", [1]),
        lambda: relay.leave("me"),
        PgListener(database, lambda _: None).listen,
        health,
    ]
    for ask in questions[:-2]:
        await ask()
    proxy.swallowing = True
    for ask in questions:
        with (
            anyio.fail_after(ANSWER_SECONDS + MACHINE_SECONDS),
            pytest.raises((DatabaseUnavailable, *AWAY)),
        ):
            await ask()
    proxy.swallowing = False
    await relay.join("me", 10)
    proxy.swallowing = True
    with anyio.fail_after(ANSWER_SECONDS):
        await database.close()


async def test_a_listener_whose_database_falls_silent_says_so(proxy: Proxy) -> None:
    database = Database(async_database_url(proxy.url))
    listener = PgListener(database, lambda _: None)
    async with anyio.create_task_group() as group:
        group.start_soon(listener.run)
        with anyio.fail_after(RETURN_SECONDS):
            while not listener.is_listening:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            proxy.swallowing = True
            while listener.is_listening:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            proxy.swallowing = False
            while not listener.is_listening:  # noqa: ASYNC110
                await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    await database.close()
