"""What a plugin may add to a verb: the core asks every one in ``installed.py``, and names none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.snapshot import Cause
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.core.ports import Result, Shell, Step
from todo_ci.reports.report import Check

T = TypeVar("T")
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look(Generic[T]):
    """Hold what is asked of the cluster, and what says what the answers mean.

    Args:
        steps: commands that need nothing but the kubeconfig and their files.
        judge: takes one result for each step; raises, where it refuses.
    """

    steps: tuple[Step, ...]
    judge: Callable[[Sequence[Result]], T]


def judged(looks: Iterable[Look[T]], results: Iterable[Result]) -> list[T]:
    """Give each look its own of the results, which come in the order of all their steps."""
    left = iter(results)
    return [look.judge(tuple(islice(left, len(look.steps)))) for look in looks]


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what is known of a release that runs.

    Args:
        items: its objects as they are.
        objects: its manifest.
        environment: for commands that put things right.
        seconds: that listing ``items`` took.
    """

    items: Sequence[Object]
    objects: Sequence[Object]
    environment: str
    seconds: float


class Plugin:
    """Add nothing: a plugin overrides what it has to add, and is asked whatever the app is.

    Without its table in ``release.toml`` it adds nothing either, but for what the rendered release
    itself says that it needs.
    """

    check_names: tuple[str, ...] = ()
    """What ``verify`` shows of it from outside."""
    doctor_names: tuple[str, ...] = ()
    """What ``doctor`` shows of it."""
    causes: tuple[Cause, ...] = ()
    """Why a release may not work, the likeliest first."""

    async def build_arguments(self, shell: Shell) -> Mapping[str, Labels]:
        """Return what images are told when they are built, by component."""
        return {}

    def schema(self, labels: Mapping[str, Labels]) -> DatabaseSchema | None:
        """Return the database's schema that images carry, by the labels of each component's."""
        return None

    def works_for(self) -> Mapping[str, str]:
        """Return whose image each further part of a release runs, such as a Job: by its label."""
        return {}

    def ground(self, objects: Sequence[Object]) -> Look[tuple[str, ...]]:
        """Refuse a release that the cluster has no ground for.

        Args:
            objects: the release's, rendered.

        Returns:
            What the judge returns is there already, belongs to no release, and is taken over.
        """
        return Look((), lambda _: ())

    def bars_canary(self, template: Object) -> str:
        """Say why pods of a template cannot be tried beside those that serve; empty: they can."""
        return ""

    def doctor(self, objects: Sequence[Object]) -> Look[tuple[Check, ...]]:
        """Judge what a release stands on, one check for each of ``doctor_names``."""
        return Look((), lambda _: ())

    def switch(self) -> str:
        """Name the chart's value without which nothing of it, nor from inside, is checked."""
        return ""

    def asks(self, tries: int) -> tuple[Step, ...]:
        """Ask for what ``checks`` judges, so many times until it is as it should be."""
        return ()

    def checks(self, seen: Seen, told: Sequence[Result]) -> tuple[Check, ...]:
        """Judge a release from outside: one check for each of ``check_names``, or none.

        Args:
            seen: what runs.
            told: what came of ``asks``.
        """
        return ()
