"""Checks of a stage wait for different parts, so they are made side by side."""

from collections.abc import Awaitable, Callable

import anyio
import pytest

from services.selfcheck import runner
from services.selfcheck.context import Outcome, SelfcheckContext
from tests.patience import PATIENCE_SECONDS
from tests.selfcheck.test_selfcheck import inside


async def test_checks_of_a_stage_are_made_side_by_side_and_each_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began: list[str] = []
    all_of_them_began = anyio.Event()

    def stand_in(name: str) -> Callable[[SelfcheckContext], Awaitable[Outcome]]:
        async def check(_: SelfcheckContext) -> Outcome:
            began.append(name)
            if name in stage:
                if set(stage) <= set(began):
                    all_of_them_began.set()
                with anyio.fail_after(PATIENCE_SECONDS):
                    await all_of_them_began.wait()
            return Outcome(name != "jobs", name)

        return check

    _, stage, _ = runner.STAGES
    monkeypatch.setattr(runner, "CHECKS", {name: stand_in(name) for name in runner.CHECKS})
    reported: list[runner.Line] = []
    async with inside() as place:
        assert not await runner.check_all(list(runner.CHECKS), place, reported.append)
    assert {line.check: line.passed for line in reported} == {
        name: name != "jobs" for name in runner.CHECKS
    }
    assert began[-1] == "outbox"
    async with inside() as place:
        assert await runner.check_all(["outbox"], place, reported.append)
    assert len(began) == len(runner.CHECKS) + 1


def test_no_check_is_in_two_stages() -> None:
    assert sorted(name for stage in runner.STAGES for name in stage) == sorted(runner.CHECKS)
