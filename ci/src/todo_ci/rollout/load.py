"""Ask what people open while a release is changed, and tell what was lost."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import anyio

from todo_ci.cluster import errors, kubectl
from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.project.current import namespace, project
from todo_ci.rollout import lease
from todo_ci.scripts import sources

T = TypeVar("T")
# Requests a second.
RATE, MOST = 20.0, 200.0
_FILES = ("load.py", "kubectl.py")


@dataclass(frozen=True, slots=True)
class Load:
    """Hold what came of the requests that were sent while something changed.

    Args:
        answered: how many were.
        failed: how many were not, or with another status than 200.
        first: the first of those: when, which path, and why.
        gap: the longest time between two answers, in seconds.
        seconds: how long it was asked.
        early: True where it was asked from before the change began.
        ended: True where it was asked until after the change was over.
    """

    answered: int
    failed: int
    first: tuple[str, ...]
    gap: float
    seconds: float
    early: bool = True
    ended: bool = True

    @property
    def trouble(self) -> str:
        """Say what was lost, or why that is not known; empty where nothing was."""
        if self.failed:
            all_of_them, shown = self.answered + self.failed, "; ".join(self.first)
            gap = f"longest gap {self.gap:.1f} s"
            return f"{self.failed} of {all_of_them} requests failed, {gap}: {shown}"
        if not self.answered:
            return "no request was sent"
        if not self.early:
            return "the change had begun before the first request: what it lost is not known"
        if not self.ended:
            return f"the change went on after {self.seconds:.0f} s: what it lost is not known"
        return ""

    def __str__(self) -> str:
        """Say that nothing was lost."""
        return f"{self.answered} requests answered, none failed, longest gap {self.gap:.1f} s"


async def beside(
    context: Context, url: str, rate: float, change: Callable[[], Awaitable[T]]
) -> tuple[T, Load]:
    """Make a change that takes the deploy lock once, and ask the gateway until it is over.

    Args:
        context: the ports and the target.
        url: address of the gateway.
        rate: requests a second.
        change: what changes the release.

    Raises:
        PipelineError: that of the change, which ends the requests; or where none could be sent.
    """
    done: list[T] = []
    asked: list[Result] = []
    failures: list[Exception] = []
    async with anyio.create_task_group() as group:

        async def ask() -> None:
            try:
                asked.append(await context.shell.run(step(context.target, url, rate)))
            except Exception as error:  # raised below: a task group would wrap it
                failures.append(error)
                group.cancel_scope.cancel()

        group.start_soon(ask)
        try:
            done.append(await change())
        except Exception as error:
            failures.append(error)
            group.cancel_scope.cancel()
    if failures:
        raise failures[0]
    if not asked[0].ok:
        raise errors.explain(asked[0], f"asking {url}")
    return done[0], parse(asked[0].stdout)


def need_rate(rate: float) -> None:
    """Refuse a rate that is none, or that would be an attack.

    Raises:
        InputError: naming it.
    """
    if not 0 < rate <= MOST:
        raise InputError(
            f"--rate {rate:g} is no number of requests a second",
            accepted=f"above 0, at most {MOST:g}",
            next_step=f"--rate {RATE:g}",
        )


def step(target: Target, url: str, rate: float) -> Step:
    """Make the step that asks what is asked after each deploy, from before the lock is taken."""
    # An upgrade and its return, three of helm's own waits each, the tests of both and the rest.
    longest = 6 * target.helm_timeout + 1200
    argv = (
        "python3", "-m", "scripts.load", "--url", url, "--namespace", namespace(),
        "--lease", lease.name(), "--rate", f"{rate:g}", "--at-most", str(longest),
        *project().gateway.paths,
    )  # fmt: skip
    made = kubectl.step(argv, files=sources(*_FILES))
    return replace(made, timeout=longest + 60)


def parse(text: str) -> Load:
    """Read what the step printed."""
    told = json.loads(text)
    first = tuple(f"{it['at']} UTC {it['path']}: {it['reason']}" for it in told.pop("first"))
    return Load(first=first, **told)
