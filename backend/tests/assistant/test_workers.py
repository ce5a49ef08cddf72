"""Whatever is read, it ends in time; others are read meanwhile, and workers are replaced."""

import operator
import os
import signal
from collections.abc import Callable
from contextlib import suppress

import anyio
import anyio.lowlevel
import pytest

from services.assistant.core import workers as worker_processes
from services.assistant.core.reading import Reason, Unread
from services.assistant.core.workers import Bounds, Workers
from tests.slow_readers import backtrack, imported, nap, spin, swallow
from tests.streams import PATIENCE_SECONDS


async def unread(workers: Workers, function: Callable[[], object], user: str = "ann") -> Unread:
    with pytest.raises(Unread) as caught, anyio.fail_after(PATIENCE_SECONDS):
        await workers.read(user, function)
    return caught.value


async def test_a_function_is_run_in_another_process() -> None:
    workers = Workers(Bounds())
    assert await workers.read("ann", operator.add, 1, 2) == 3
    assert await workers.read("ann", os.getpid) != os.getpid()


async def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        await Workers(Bounds()).read("ann", divmod, 1, 0)


@pytest.mark.parametrize("endless", [backtrack, spin])
async def test_past_its_time_it_is_ended_and_the_person_is_told(
    endless: Callable[[], object],
) -> None:
    workers = Workers(Bounds(seconds=0.2))
    before = await workers.read("ann", os.getpid)
    ended = await unread(workers, endless)
    assert ended.reason is Reason.SLOW
    assert "say it in fewer words, such as “add buy milk”" in ended.advice
    # The process is spared: another one would take a second to start.
    assert await workers.read("ann", os.getpid) == before


async def test_a_worker_that_does_not_end_is_killed_and_replaced() -> None:
    workers = Workers(Bounds(seconds=0.1))
    before = await workers.read("ann", os.getpid)
    assert (await unread(workers, swallow)).reason is Reason.SLOW
    assert await workers.read("ann", os.getpid) != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


async def test_a_worker_that_was_killed_between_two_messages_is_replaced() -> None:
    workers = Workers(Bounds())
    before = await workers.read("ann", os.getpid)
    os.kill(before, signal.SIGKILL)
    # Its end may not be noticed yet: then one message more is lost with it.
    with suppress(Unread):
        await workers.read("ann", os.getpid)
    assert await workers.read("ann", os.getpid) != before


async def test_one_person_keeps_one_worker_at_most() -> None:
    workers = Workers(Bounds(workers=2, seconds=30, wait_seconds=60))
    async with anyio.create_task_group() as busy:
        for _ in range(3):
            busy.start_soon(workers.read, "ann", nap, 30)
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await workers.read("bob", nap, 0) == "rested"
        busy.cancel_scope.cancel()


async def test_one_person_has_few_messages_waiting() -> None:
    workers = Workers(Bounds(seconds=30, wait_seconds=60, own_queue=2))
    async with anyio.create_task_group() as busy:
        for _ in range(3):
            busy.start_soon(workers.read, "ann", nap, 30)
        await anyio.wait_all_tasks_blocked()
        assert (await unread(workers, spin)).reason is Reason.BUSY
        busy.cancel_scope.cancel()


async def test_the_queue_is_bounded() -> None:
    workers = Workers(Bounds(workers=1, seconds=30, wait_seconds=60, queue=2))
    async with anyio.create_task_group() as busy:
        for user in ("ann", "bob", "cem"):
            busy.start_soon(workers.read, user, nap, 30)
        await anyio.wait_all_tasks_blocked()
        turned_away = await unread(workers, spin, "dan")
        assert turned_away.reason is Reason.BUSY
        assert "Say it again in a moment" in turned_away.advice
        busy.cancel_scope.cancel()


async def test_waiting_counts() -> None:
    workers = Workers(Bounds(workers=1, seconds=30, wait_seconds=1))
    async with anyio.create_task_group() as busy:
        busy.start_soon(_give_up, workers)
        await anyio.wait_all_tasks_blocked()
        assert (await unread(workers, spin, "bob")).reason is Reason.BUSY


async def _give_up(workers: Workers) -> None:
    with pytest.raises(Unread):
        await workers.read("ann", nap, 30)


async def test_what_is_given_up_frees_its_worker() -> None:
    workers = Workers(Bounds(workers=1, seconds=30))
    await workers.read("ann", nap, 0)
    with anyio.move_on_after(0.1):
        await workers.read("ann", nap, 30)
    with anyio.fail_after(PATIENCE_SECONDS):
        assert await workers.read("bob", nap, 0) == "rested"


async def test_the_first_worker_starts_without_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes, "_START_AFTER", 0)
    assert "xml.dom.pulldom" not in imported()
    # Of one worker, a message comes after the start.
    workers = Workers(Bounds(workers=1), ["xml.dom.pulldom"])
    async with workers.running():
        await anyio.lowlevel.checkpoint()
        assert "xml.dom.pulldom" in await workers.read("ann", imported)
