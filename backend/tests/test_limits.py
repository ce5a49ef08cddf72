"""What one user does at once and in a minute is bounded, and is nobody else's loss."""

from collections import Counter
from collections.abc import Awaitable, Callable

import anyio
import anyio.lowlevel
import httpx
import pytest

from errors import DatabaseUnavailable, TooManyAtOnce
from services.limiter import AtOnce, Turns
from settings import Settings
from tests.chats import CHAT, Talk
from tests.conftest import app_on, running
from tests.patience import PATIENCE_SECONDS
from tests.streams import reading, serving

ME = "/api/me"
ANN = {"X-Development-User": "ann"}
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def problem(answer: httpx.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    return answer.json()["type"].rpartition(":")[2]


@ON_SQLITE
async def test_requests_of_one_user_in_a_minute_are_bounded(database_url: str) -> None:
    async with running(app_on(database_url, requests_a_minute=5)) as client:
        # A minute may end meanwhile, once.
        answers = [await client.get(ME) for _ in range(11)]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert refused
        assert {problem(answer) for answer in refused} == {"too-many-requests"}
        assert (await client.get(ME, headers=ANN)).status_code == 200
        assert (await client.get("/api/health/live")).status_code == 200


@ON_SQLITE
async def test_streams_of_one_user_are_bounded_and_given_back(database_url: str) -> None:
    async with serving(app_on(database_url, streams_at_once=1)) as address:
        async with reading(address):
            async with reading(address) as second:
                assert second.response.status_code == 429
                await second.response.aread()
                assert problem(second.response) == "too-many-at-once"
            async with reading(address, user="ann") as other:
                assert other.response.status_code == 200
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                async with reading(address) as again:
                    if again.response.status_code == 200:
                        return
                await anyio.sleep(0.05)


@ON_SQLITE
async def test_replies_to_one_user_are_bounded_and_given_back(database_url: str) -> None:
    async with running(app_on(database_url, replies_at_once=1)) as client:
        for _ in range(3):
            await Talk(client).say("hello")
        wrong = {"message": "hello", "conversation_id": "4b7a6f0e-6f0c-4a57-9f5c-2f3b1f9d2a10"}
        for _ in range(3):
            assert (await client.post(CHAT, json=wrong)).status_code == 404


def test_one_more_than_at_once_is_refused_until_one_has_ended() -> None:
    counted = AtOnce(2, "replies")
    with counted.one("ann"), counted.one("ann"):
        with pytest.raises(TooManyAtOnce, match="2 replies"), counted.one("ann"):
            pass
        with counted.one("ben"):
            pass
    with counted.one("ann"), counted.one("ann"):
        pass


async def test_turns_of_one_user_come_one_after_the_other() -> None:
    turns, running, most = Turns(), 0, 0

    async def once() -> None:
        nonlocal running, most
        async with turns.one("ann"):
            running += 1
            most = max(most, running)
            # Nobody waits for another user.
            async with turns.one("ben"):
                await anyio.lowlevel.checkpoint()
            running -= 1

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(once)
    assert (running, most) == (0, 1)


async def test_who_waits_for_a_database_that_is_away_is_told_with_the_first() -> None:
    turns, told, others = Turns(), Counter[str](), anyio.Event()

    async def first() -> None:
        async with turns.one("ann"):
            await others.wait()
            raise DatabaseUnavailable

    async def waiting() -> None:
        async with turns.one("ann"):
            told["begun"] += 1

    async def noted(attempt: Callable[[], Awaitable[None]]) -> None:
        try:
            await attempt()
        except DatabaseUnavailable:
            told["away"] += 1

    with anyio.fail_after(PATIENCE_SECONDS):
        async with anyio.create_task_group() as group:
            for attempt in (first, waiting, waiting, waiting):
                group.start_soon(noted, attempt)
            await anyio.wait_all_tasks_blocked()
            others.set()
        # Who comes later finds out for themselves.
        await waiting()
    assert told == {"away": 4, "begun": 1}


async def test_no_time_ends_the_waiting_for_a_turn_and_another_error_ends_nobodys() -> None:
    turns, running = Turns(), 0
    with anyio.fail_after(PATIENCE_SECONDS):
        async with anyio.create_task_group() as group:

            async def waiting() -> None:
                nonlocal running
                async with turns.one("ann"):
                    running += 1

            with pytest.raises(ValueError, match="its own"):
                async with turns.one("ann"):
                    group.start_soon(waiting)
                    await anyio.wait_all_tasks_blocked()
                    assert running == 0
                    raise ValueError("its own")
    assert running == 1


def test_a_person_does_not_meet_the_defaults() -> None:
    given = Settings.model_validate({"environment": "test"})
    # What the tests under load of this repository send as one user: 200 requests a second.
    assert given.requests_a_minute > 200 * 60
    assert given.streams_at_once >= 300
    assert given.replies_at_once >= 20
