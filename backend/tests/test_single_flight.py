"""One question serves all who ask meanwhile, and its answer is kept for a moment."""

import asyncio

import anyio

from services.single_flight import SingleFlight


class Oracle:
    """Answer with a number, when told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.open = asyncio.Event()
        self.flight = SingleFlight(self.answer, 2, lambda: self.now)

    async def answer(self) -> int:
        self.asked += 1
        await self.open.wait()
        return self.asked


async def test_a_second_caller_waits_for_the_answer_to_the_first() -> None:
    oracle = Oracle()
    first, second = (asyncio.create_task(oracle.flight.get()) for _ in range(2))
    await anyio.wait_all_tasks_blocked()
    oracle.open.set()
    assert [await first, await second, oracle.asked] == [1, 1, 1]


async def test_an_answer_is_given_again_while_it_is_young() -> None:
    oracle = Oracle()
    oracle.open.set()
    assert [await oracle.flight.get(), await oracle.flight.get()] == [1, 1]
    oracle.now += 2
    assert await oracle.flight.get() == 2


async def test_who_gives_up_leaves_the_question_to_the_others() -> None:
    oracle = Oracle()
    with anyio.move_on_after(0.01):
        await oracle.flight.get()
    second = asyncio.create_task(oracle.flight.get())
    await anyio.wait_all_tasks_blocked()
    oracle.open.set()
    assert [await second, oracle.asked] == [1, 1]
