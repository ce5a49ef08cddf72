"""The list of what only a place inside the cluster can check; each check is bounded in time.

A check says what it saw and what to do next, in the operator's words. Together they take less than
the 140 s that their pod may take.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

import anyio

from services.selfcheck.context import BACKEND_LOG, Outcome, SelfcheckContext
from services.selfcheck.events import events
from services.selfcheck.jobs import jobs
from services.selfcheck.outbox import outbox
from services.selfcheck.secrets import secrets
from services.selfcheck.sign_in import sign_in
from services.selfcheck.state import state


@dataclass(frozen=True)
class Line:
    """Hold what is printed of one check."""

    check: str
    passed: bool
    seconds: float
    evidence: str
    next_step: str


Checks = Mapping[str, Callable[[SelfcheckContext], Awaitable[Outcome]]]
# Those of a stage mostly wait, each for another part of the release. The second needs who signed
# in, and nothing that it did may wait in the outbox.
STAGES: tuple[Checks, ...] = (
    {"secrets": secrets, "sign-in": sign_in},
    {"state": state, "events": events, "jobs": jobs},
    {"outbox": outbox},
)
CHECKS: Checks = {name: check for stage in STAGES for name, check in stage.items()}


async def check_all(
    names: Collection[str], inside: SelfcheckContext, report: Callable[[Line], None]
) -> bool:
    """Make the named checks, report each as it ends, and return whether all passed."""
    passed: list[bool] = []

    async def make(name: str) -> None:
        line = await check_one(name, inside)
        report(line)
        passed.append(line.passed)

    for stage in STAGES:
        async with anyio.create_task_group() as side_by_side:
            for name in stage:
                if name in names:
                    side_by_side.start_soon(make, name)
    return all(passed)


async def check_one(name: str, inside: SelfcheckContext) -> Line:
    """Make one check and time it; a check that breaks has failed."""
    started = time.monotonic()
    try:
        outcome = await CHECKS[name](inside)
    except Exception as error:
        outcome = Outcome(False, f"{type(error).__name__}: {error}", BACKEND_LOG)
    seconds = round(time.monotonic() - started, 1)
    return Line(name, outcome.passed, seconds, outcome.evidence, outcome.next_step)
