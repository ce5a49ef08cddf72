"""Whatever is read, it ends in time; others are read meanwhile, and workers are replaced."""

import operator
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from services.assistant.core import workers as worker_processes
from services.assistant.core.reading import Reason, Unread
from services.assistant.core.workers import Bounds, Workers
from tests.patience import PATIENCE_SECONDS
from tests.slow_readers import backtrack, imported, nap, spin, swallow

Make = Callable[..., Workers]
FOREVER = 600


@pytest.fixture
async def made() -> AsyncGenerator[Make]:
    """Make workers whose starts end with the test."""
    async with AsyncExitStack() as stack:

        def make(*given: Any) -> Workers:
            workers = Workers(*given)
            stack.push_async_callback(workers.close)
            return workers

        yield make


def bounds(**given: float) -> Bounds:
    """Bound a reading, and wait for a worker as long as a busy machine needs to start it."""
    patient = {"wait_seconds": PATIENCE_SECONDS, "start_seconds": PATIENCE_SECONDS}
    return Bounds(**patient | given)  # pyright: ignore[reportArgumentType]


async def unread(workers: Workers, function: Callable[[], object], user: str = "ann") -> Unread:
    with pytest.raises(Unread) as caught, anyio.fail_after(PATIENCE_SECONDS):
        await workers.read(user, function)
    return caught.value


async def test_a_function_is_run_in_another_process(made: Make) -> None:
    workers = made(bounds())
    assert await workers.read("ann", operator.add, 1, 2) == 3
    assert await workers.read("ann", os.getpid) != os.getpid()


async def test_what_it_raises_is_raised_here(made: Make) -> None:
    with pytest.raises(ZeroDivisionError):
        await made(bounds()).read("ann", divmod, 1, 0)


@pytest.mark.parametrize("endless", [backtrack, spin])
async def test_past_its_time_it_is_ended_and_the_person_is_told(
    made: Make,
    endless: Callable[[], object],
) -> None:
    workers = made(bounds(seconds=0.2))
    before = await workers.read("ann", os.getpid)
    ended = await unread(workers, endless)
    assert ended.reason is Reason.SLOW
    assert "say it in fewer words, such as “add buy milk”" in ended.advice
    # The process is spared: another one would take a second to start.
    assert await workers.read("ann", os.getpid) == before


async def test_a_worker_that_does_not_end_is_killed_and_replaced(made: Make) -> None:
    workers = made(bounds(seconds=0.1))
    before = await workers.read("ann", os.getpid)
    assert (await unread(workers, swallow)).reason is Reason.SLOW
    assert await workers.read("ann", os.getpid) != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


async def test_a_worker_that_was_killed_between_two_messages_is_replaced(made: Make) -> None:
    workers = made(bounds())
    before = await workers.read("ann", os.getpid)
    os.kill(before, signal.SIGKILL)
    # Its end may not be noticed yet: then one message more is lost with it.
    with suppress(Unread):
        await workers.read("ann", os.getpid)
    assert await workers.read("ann", os.getpid) != before


async def test_one_person_keeps_one_worker_at_most(made: Make) -> None:
    workers = made(bounds(workers=2, seconds=FOREVER, wait_seconds=FOREVER))
    async with anyio.create_task_group() as busy:
        for _ in range(3):
            busy.start_soon(workers.read, "ann", nap, FOREVER)
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await workers.read("bob", nap, 0) == "rested"
        busy.cancel_scope.cancel()


async def test_one_person_has_few_messages_waiting(made: Make) -> None:
    workers = made(bounds(seconds=FOREVER, wait_seconds=FOREVER, own_queue=2))
    async with anyio.create_task_group() as busy:
        for _ in range(3):
            busy.start_soon(workers.read, "ann", nap, FOREVER)
        await anyio.wait_all_tasks_blocked()
        assert (await unread(workers, spin)).reason is Reason.BUSY
        busy.cancel_scope.cancel()


async def test_the_queue_is_bounded(made: Make) -> None:
    workers = made(bounds(workers=1, seconds=FOREVER, wait_seconds=FOREVER, queue=2))
    async with anyio.create_task_group() as busy:
        for user in ("ann", "bob", "cem"):
            busy.start_soon(workers.read, user, nap, FOREVER)
        await anyio.wait_all_tasks_blocked()
        turned_away = await unread(workers, spin, "dan")
        assert turned_away.reason is Reason.BUSY
        assert "Say it again in a moment" in turned_away.advice
        busy.cancel_scope.cancel()


async def test_waiting_counts(made: Make) -> None:
    workers = made(bounds(workers=1, seconds=FOREVER, wait_seconds=1))
    async with anyio.create_task_group() as busy:
        busy.start_soon(workers.read, "ann", nap, FOREVER)
        await anyio.wait_all_tasks_blocked()
        assert (await unread(workers, spin, "bob")).reason is Reason.BUSY
        busy.cancel_scope.cancel()


async def test_the_start_of_a_worker_is_no_part_of_the_wait(made: Make) -> None:
    workers = made(bounds(wait_seconds=0.05), ["xml.dom.pulldom"])
    assert await workers.read("ann", operator.add, 1, 2) == 3


async def test_what_is_given_up_frees_its_worker(made: Make) -> None:
    workers = made(bounds(workers=1, seconds=FOREVER))
    await workers.read("ann", nap, 0)
    with anyio.move_on_after(0.1):
        await workers.read("ann", nap, FOREVER)
    with anyio.fail_after(PATIENCE_SECONDS):
        assert await workers.read("bob", nap, 0) == "rested"


async def test_a_start_that_nobody_waits_for_leaves_a_worker_for_the_next_message(
    made: Make,
) -> None:
    workers = made(bounds(workers=1, start_seconds=0.05, seconds=0))
    for user in ("ann", "bob", "cem"):
        assert (await unread(workers, spin, user)).reason is Reason.BUSY
    await workers.close()
    # None where the machine was too busy to start one in the time that anyio gives it.
    left = processes()
    assert len(left) <= 1
    found = await made(bounds(workers=1)).read("ann", os.getpid)
    assert processes() == [found] == (left or [found])


def processes() -> list[int]:
    """List the workers of this process."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = path.read_text().rpartition(")")[2].split()[1]
            if (
                int(parent) == os.getpid()
                and b"to_process" in (path.parent / "cmdline").read_bytes()
            ):
                found.append(int(path.parent.name))
    return found


async def test_the_first_worker_starts_without_a_message(
    made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_processes, "_START_AFTER", 0)
    assert "xml.dom.pulldom" not in imported()
    # Of one worker, a message comes after the start.
    workers = made(bounds(workers=1), ["xml.dom.pulldom"])
    async with workers.running():
        await anyio.lowlevel.checkpoint()
        assert "xml.dom.pulldom" in await workers.read("ann", imported)
