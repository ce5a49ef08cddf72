"""What verbs do with steps: run them side by side, and turn results into checks or errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio

from todo_ci.errors import ToolError
from todo_ci.ports import Result, Shell, Step
from todo_ci.report import Check, Report, Verdict

_EVIDENCE_LINES = 40


@dataclass(frozen=True, slots=True)
class Named:
    """Give a step the name its check has, and what to run when it fails."""

    name: str
    step: Step
    next_step: str = ""


async def check_all(title: str, plan: Sequence[Named], shell: Shell) -> Report:
    """Run every step of a plan side by side, and report them in the plan's order."""
    results: dict[int, Result] = {}

    async def run(position: int, step: Step) -> None:
        results[position] = await shell.run(step)

    async with anyio.create_task_group() as group:
        for position, named in enumerate(plan):
            group.start_soon(run, position, named.step)
    return Report(title, tuple(judge(named, results[i]) for i, named in enumerate(plan)))


def judge(named: Named, result: Result) -> Check:
    """Turn a result into a check: the exit code alone decides."""
    if result.ok:
        return Check(named.name, Verdict.PASSED, result.seconds)
    reason = f"no end within {named.step.timeout:.0f} s\n" if result.timed_out else ""
    return Check(
        named.name,
        Verdict.FAILED,
        result.seconds,
        evidence=reason + tail(result),
        next_step=named.next_step or f"run: {' '.join(named.step.argv)}",
    )


def tail(result: Result, lines: int = _EVIDENCE_LINES) -> str:
    """Return the last lines a command said, its errors last."""
    said = "\n".join(filter(None, (result.stdout.rstrip(), result.stderr.rstrip())))
    return "\n".join(said.splitlines()[-lines:]) or f"exit code {result.exit_code}"


def must(result: Result, what: str, *, next_step: str = "") -> Result:
    """Return a result that succeeded.

    Raises:
        ToolError: naming what failed, with the tool's last lines.
    """
    if result.ok:
        return result
    ended = "did not end in time" if result.timed_out else f"failed ({result.exit_code})"
    raise ToolError(f"{what} {ended}:\n{tail(result)}", next_step=next_step)
