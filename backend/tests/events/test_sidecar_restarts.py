"""A sidecar restarts less and less often, and never together with that of another replica."""

from itertools import pairwise

import anyio

from database import Database
from services.events.publishing.sidecar_restarts import (
    RESTART_SECONDS,
    RestartTurn,
    SidecarRestarts,
)
from settings import async_database_url


async def in_turn() -> bool:
    return True


async def test_restarts_come_less_and_less_often_until_the_component_is_back() -> None:
    time = 0.0
    restarts = SidecarRestarts(in_turn, clock=lambda: time)
    moments: list[float] = [0]
    for second in range(0, 700, 5):
        time = float(second)
        if await restarts.due():
            moments.append(time)
    pauses = [after - before for before, after in pairwise(moments)]
    # Jitter adds up to a quarter, this test's steps up to ten seconds.
    for pause, least in zip(pauses, [30, 60, 120, 120], strict=False):
        assert least <= pause <= least * 1.25 + 10
    assert len(pauses) >= 4
    restarts.fine()
    time += 1
    assert not await restarts.due()


async def test_who_is_not_in_turn_asks_again_and_again() -> None:
    time, turns = 0.0, iter([False, False, True])

    async def turn() -> bool:
        return next(turns)

    restarts = SidecarRestarts(turn, clock=lambda: time)
    assert not await restarts.due()
    time = 2 * RESTART_SECONDS
    assert [await restarts.due() for _ in range(3)] == [False, False, True]


async def test_two_replicas_take_turns(database_url: str) -> None:
    database = Database(async_database_url(database_url))
    one, another = RestartTurn(database, seconds=0.5), RestartTurn(database, seconds=0.5)
    assert await one.take()
    assert not await another.take()
    await anyio.sleep(0.6)
    assert await another.take()
    assert not await one.take()
    await database.close()
