"""What a verb found out: checks with evidence, as a table, as JSON and as Markdown."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from tabulate import tabulate


class Verdict(StrEnum):
    """Judge one check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """Hold the outcome of one check.

    Args:
        name: what was checked, in a few words.
        verdict: passed, failed or skipped.
        seconds: how long it took.
        evidence: what was seen; for a failure what a person needs to understand it.
        next_step: for a failure, what to run or change.
    """

    name: str
    verdict: Verdict
    seconds: float = 0.0
    evidence: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Report:
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
        verdicts = [check.verdict for check in self.checks]
        return Verdict.FAILED not in verdicts and Verdict.PASSED in verdicts

    def table(self) -> str:
        """Render for a terminal."""
        table = f"{self.title}\n{tabulate(_rows(self.checks), headers=_HEADERS)}"
        return "\n\n".join(filter(None, (table, self.evidence)))

    def markdown(self) -> str:
        """Render for a job summary."""
        table = tabulate(_rows(self.checks), headers=_HEADERS, tablefmt="github")
        evidence = f"```text\n{self.evidence}\n```" if self.evidence else ""
        return "\n\n".join(filter(None, (f"### {self.title}", table, evidence)))

    def json(self) -> str:
        """Render for machines."""
        return json.dumps({"passed": self.passed, **asdict(self)}, indent=2)


_HEADERS = ("check", "verdict", "seconds", "evidence", "next step")


def _rows(checks: Sequence[Check]) -> list[tuple[str, str, str, str, str]]:
    return [
        (check.name, check.verdict, f"{check.seconds:.1f}", check.evidence, check.next_step)
        for check in checks
    ]
