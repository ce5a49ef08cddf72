"""The verdict on images as an in-toto statement: pure.

Its predicate is in-toto's test result (https://github.com/in-toto/attestation, predicates/
test-result.md), so that any policy engine can ask for ``result == "PASSED"``; what the pipeline
asks for itself is in the further field ``release``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from todo_ci.project.current import release_name
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import CheckStatus

TYPE = "https://in-toto.io/attestation/test-result/v0.1"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold what came of a release in an environment.

    Args:
        environment: where.
        passed: True where every check did.
        at: when it was judged.
        images: what served, by component.
        chart: digest of the chart's files, 64 hex digits.
        commit: what it was made from.
        revision: helm's number of it there.
        failed: names of the checks that did not pass.
    """

    environment: str
    passed: bool
    at: datetime
    images: Mapping[str, str]
    chart: str
    commit: str
    revision: int
    failed: tuple[str, ...] = ()


def predicate(result: ReleaseResult, *, chart: str, by: str, at: datetime) -> dict[str, Any]:
    """State what came of a release.

    Args:
        result: of the deploy, with its images.
        chart: digest of the chart's files.
        by: who deployed.
        at: when it was judged.
    """
    checks = [c for c in result.report.checks if c.status is not CheckStatus.SKIPPED]
    images = dict(result.images.components) if result.images else {}
    return {
        "result": "PASSED" if result.passed else "FAILED",
        "configuration": [{"name": "chart", "digest": {"sha256": chart}}],
        "passedTests": [c.name for c in checks if c.status is CheckStatus.PASSED],
        "failedTests": [c.name for c in checks if c.status is CheckStatus.FAILED],
        "release": {
            "name": release_name(),
            "environment": result.environment,
            "revision": result.revision,
            "commit": result.commit,
            "images": images,
            "schema": result.schema,
            "by": by,
            "judgedAt": at.isoformat(timespec="seconds"),
            "evidence": {c.name: c.evidence[:_LONGEST] for c in checks if c.evidence},
        },
    }


def read(statement: str) -> Verdict | None:
    """Read a statement; None where it is none of the pipeline's own about this release."""
    try:
        said: dict[str, Any] = json.loads(statement)["predicate"]
        release: dict[str, Any] = said["release"]
        if release["name"] != release_name():
            return None
        return Verdict(
            environment=release["environment"],
            passed=said["result"] == "PASSED",
            at=datetime.fromisoformat(release["judgedAt"]).astimezone(UTC),
            images=dict(release["images"]),
            chart=said["configuration"][0]["digest"]["sha256"],
            commit=release["commit"],
            revision=release["revision"],
            failed=tuple(said["failedTests"]),
        )
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def newest(verdicts: Iterable[Verdict], environment: str) -> list[Verdict]:
    """Return those of an environment, the newest first; of one second, the failed ones."""
    own = [it for it in verdicts if it.environment == environment]
    return sorted(own, key=lambda it: (it.at, not it.passed), reverse=True)
