"""Run steps side by side, and turn results into checks or errors."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import anyio

from todo_ci.core.ports import Result, Shell, Step
from todo_ci.errors import PipelineError, ToolError
from todo_ci.reports.report import Check, Report

_EVIDENCE_LINES = 40
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class NamedStep:
    """Give a step the name its check has, and what to run when it fails."""

    name: str
    step: Step
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """Hold a report, and the files its steps left (a coverage file, a package)."""

    report: Report
    files: Mapping[str, bytes]


async def gather(calls: Mapping[_Key, Callable[[], Awaitable[_Value]]]) -> dict[_Key, _Value]:
    """Await all calls side by side; the first error ends the others and is raised itself."""
    values: dict[_Key, _Value] = {}

    async def run(key: _Key, call: Callable[[], Awaitable[_Value]]) -> None:
        values[key] = await call()

    try:
        async with anyio.create_task_group() as group:
            for key, call in calls.items():
                group.start_soon(run, key, call)
    except BaseExceptionGroup as errors:
        # A task group wraps even one error; a person wants that one.
        known, unknown = errors.split(PipelineError)
        if known is None or unknown is not None:
            raise
        error: BaseException = known
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None
    return values


async def check_all(title: str, plan: Sequence[NamedStep], shell: Shell) -> PlanResult:
    """Run every step of a plan side by side, and report them in the plan's order."""
    done = await gather({i: partial(shell.run, named.step) for i, named in enumerate(plan)})
    results = [done[i] for i in range(len(plan))]
    checks = [judge(named, result) for named, result in zip(plan, results, strict=True)]
    files = {name: data for result in results for name, data in result.files.items()}
    return PlanResult(Report(title, tuple(checks)), files)


def judge(named: NamedStep, result: Result) -> Check:
    """Turn a result into a check: the exit code alone decides."""
    if result.ok:
        return Check.passed(named.name, seconds=result.seconds)
    reason = f"no end within {named.step.timeout:.0f} s\n" if result.timed_out else ""
    step = named.next_step or f"run: {' '.join(named.step.argv)}"
    return Check.failed(named.name, reason + tail(result), step, result.seconds)


def tail(result: Result, lines: int = _EVIDENCE_LINES) -> str:
    """Return the last lines a command said, its errors last."""
    said = "\n".join(filter(None, (result.stdout.rstrip(), result.stderr.rstrip())))
    return "\n".join(said.splitlines()[-lines:]) or f"exit code {result.exit_code}"


def require_success(result: Result, what: str, *, next_step: str = "") -> Result:
    """Return a result that succeeded.

    Raises:
        ToolError: naming what failed, with the tool's last lines.
    """
    if result.ok:
        return result
    ended = "did not end in time" if result.timed_out else f"failed ({result.exit_code})"
    raise ToolError(f"{what} {ended}:\n{tail(result)}", next_step=next_step)
