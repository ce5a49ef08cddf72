"""Reports: checks with evidence, as a table, as JSON and as Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from todo_ci.errors import PipelineError
from todo_ci.reports.render import Block, CodeBlock, Renderable, Table


class CheckStatus(StrEnum):
    """Say what came of one check; a whole release has a verdict."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """Hold what came of one check.

    Args:
        name: what was checked, in a few words.
        status: passed, failed or skipped.
        seconds: how long it took.
        evidence: what was seen; for a failure what a person needs to understand it.
        next_step: for a failure, what to run or change.
    """

    name: str
    status: CheckStatus
    seconds: float = 0.0
    evidence: str = ""
    next_step: str = ""

    @classmethod
    def passed(cls, name: str, evidence: str = "", seconds: float = 0) -> Self:
        """Say what was found good."""
        return cls(name, CheckStatus.PASSED, seconds, evidence)

    @classmethod
    def failed(cls, name: str, evidence: str, next_step: str, seconds: float = 0) -> Self:
        """Say what is wrong, and what to run or change."""
        return cls(name, CheckStatus.FAILED, seconds, evidence, next_step)

    @classmethod
    def skipped(cls, name: str, why: str, next_step: str = "") -> Self:
        """Say why there is nothing to judge."""
        return cls(name, CheckStatus.SKIPPED, 0, why, next_step)

    @classmethod
    def of_error(cls, name: str, error: PipelineError, seconds: float = 0) -> Self:
        """Turn an error into the row of its check."""
        takes = error.accepted and f"takes {error.accepted}"
        shown = "; ".join(filter(None, (error.problem, takes)))
        return cls.failed(name, shown, error.next_step, seconds)


@dataclass(frozen=True, slots=True)
class Report(Renderable):
    """Hold the checks of one run in their order.

    Args:
        title: what ran, and where.
        checks: what was found.
        evidence: for a failure what does not fit into a line, such as the last lines of a log.
    """

    title: str
    checks: tuple[Check, ...]
    evidence: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether no check failed, and at least one ran."""
        found = [check.status for check in self.checks]
        return CheckStatus.FAILED not in found and CheckStatus.PASSED in found

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Table(_HEADERS, _rows(self.checks), self.title)
        if self.evidence:
            yield CodeBlock(self.evidence)

    def fields(self) -> dict[str, Any]:
        """Return what machines are told."""
        return {"passed": self.passed, **asdict(self)}


_HEADERS = ("check", "status", "seconds", "evidence", "next step")


def _rows(checks: Sequence[Check]) -> list[tuple[str, str, str, str, str]]:
    return [
        (check.name, check.status, f"{check.seconds:.1f}", check.evidence, check.next_step)
        for check in checks
    ]
