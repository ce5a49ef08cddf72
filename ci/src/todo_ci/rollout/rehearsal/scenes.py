"""What a rehearsal tries, in its order, and what has to come of each: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.release.result import SERVING, ReleaseResult
from todo_ci.reports.render import Block, CodeBlock, Headline, Renderable
from todo_ci.reports.report import Check, CheckStatus, Report
from todo_ci.rollout.load import Load
from todo_ci.rollout.rehearsal.served import Served
from todo_ci.rollout.rehearsal.stand_ins import BROKEN

_CHART = "look at replicas, readiness, preStop and the update strategy in the chart"


class Scene(StrEnum):
    """Name what is tried; all but the first under load."""

    BEFORE = "before"
    RETURN = "return"
    UPGRADE = "upgrade"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Act:
    """Hold what came of a scene.

    Args:
        scene: which one.
        result: how the release ended.
        load: what was asked meanwhile; None where nothing served before.
    """

    scene: Scene
    result: ReleaseResult
    load: Load | None = None

    @property
    def stands(self) -> bool:
        """Tell whether what serves is what should: what comes next begins from it."""
        result = self.result
        if self.scene is not Scene.RETURN:
            return result.passed
        sick = any(
            it.status is CheckStatus.FAILED and it.name.startswith(SERVING)
            for it in result.report.checks
        )
        returned = result.returned_to is not None or not result.is_judged
        return not result.passed and returned and not sick

    @property
    def check(self) -> Check:
        """Judge it."""
        trouble = self.load.trouble if self.load else ""
        said = "; ".join(filter(None, (self._now(), trouble or str(self.load or ""))))
        if self.stands and not trouble:
            return Check.passed(self.scene, said, self.result.seconds)
        step = _CHART if self.stands else "see below what failed"
        return Check.failed(self.scene, said, step, self.result.seconds)

    def _now(self) -> str:
        result = self.result
        if self.scene is Scene.RETURN and not result.is_judged:
            return "what it serves is what served before, to the last line"
        if self.scene is Scene.RETURN and self.stands:
            again = f"revision {result.returned_to} serves again, as {result.serving}"
            if any(BROKEN in check.evidence for check in result.report.checks):
                return f"called broken once it served, and {again}"
            return f"it failed by itself, and {again}"
        if result.passed and self.scene is Scene.BEFORE:
            return f"{result.action}: passed"
        if result.passed:
            return f"revision {result.revision} passed"
        failed = next(it for it in result.report.checks if it.status is CheckStatus.FAILED)
        return f"{failed.name}: {failed.evidence}; {result.headline.rpartition('; ')[2]}"


@dataclass(frozen=True, slots=True)
class Rehearsal(Renderable):
    """Hold what came of a rehearsal.

    Args:
        environment: where it was.
        rehearses: the environment whose next release was tried.
        commit: the release that was tried.
        checks: one for each scene, and for what was before and after them.
        acts: what was tried.
        seconds: how long all took.
    """

    environment: str
    rehearses: str
    commit: str
    checks: tuple[Check, ...]
    acts: tuple[Act, ...]
    seconds: float = 0

    @property
    def passed(self) -> bool:
        """Tell whether every promise was kept."""
        return self._report.passed

    @property
    def headline(self) -> str:
        """Say in one line what came of it."""
        loads = [act.load for act in self.acts if act.load]
        asked = sum(it.answered + it.failed for it in loads)
        lost = sum(it.failed for it in loads)
        what = f"rehearsal of {self.commit} for {self.rehearses}, on {self.environment}"
        came = "passed" if self.passed else "FAILED"
        requests = f"; {lost or 'none'} of {asked} requests failed" if asked else ""
        return f"{what}: {came} in {self.seconds:.0f} s{requests}"

    @property
    def _report(self) -> Report:
        return Report("", self.checks)

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(self.headline)
        yield from self._report.blocks()
        for act in self.acts:
            if act.result.evidence and not act.stands:
                yield CodeBlock(act.result.evidence)

    def fields(self) -> dict[str, Any]:
        """Return what machines are told."""
        loads = {act.scene: asdict(act.load) for act in self.acts if act.load}
        return {
            "passed": self.passed,
            "environment": self.environment,
            "rehearses": self.rehearses,
            "commit": self.commit,
            "seconds": self.seconds,
            "checks": [asdict(check) for check in self.checks],
            "loads": loads,
        }


def rehearsed_by(target: Target) -> str:
    """Return the environment whose next release is tried in a target.

    Raises:
        InputError: where it is none to throw a release away in.
    """
    if not target.rehearses:
        raise InputError(
            f"{target.environment} is no environment for rehearsals: its release would be removed",
            accepted="one that says in release.toml which other one it rehearses",
            next_step="add one with a namespace of its own and rehearses = "
            f'"{target.environment}"; docs/rehearsal.md shows it',
        )
    return target.rehearses


def need_own_address(url: str, served: Served) -> None:
    """Refuse to send requests to what is rehearsed, and to take its answers for others.

    Raises:
        InputError: for its address.
    """
    if served.url and _host(url) == _host(served.url):
        raise InputError(
            f"--url {url!r} is where {served.environment} serves",
            accepted="an address that leads to the namespace of the rehearsal alone",
            next_step="add --url, or set <VERB>_URL in .env",
        )


def _host(url: str) -> str:
    return urlsplit(url.strip()).netloc.lower()


def not_tried(scenes: Sequence[Scene], why: str) -> list[Check]:
    """Report scenes that nothing came of."""
    return [Check.skipped(scene, f"not tried: {why}") for scene in scenes]
