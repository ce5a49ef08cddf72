"""The checks made inside the cluster by the release's own ``helm test``.

The Job ``selfcheck`` prints one JSON line a check. A line that is missing is a failed check: a test
that did not run proves nothing.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from todo_ci.cluster import helm, next_steps
from todo_ci.cluster.injection import Injection
from todo_ci.cluster.kubectl import step
from todo_ci.cluster.pods import SIDECAR
from todo_ci.core.ports import Result, Step
from todo_ci.core.steps import tail
from todo_ci.project.current import namespace, project, release_name
from todo_ci.reports.report import Check, CheckStatus

_TEST = "helm test"
# More than the Job takes whose checks all wait in vain.
_SECONDS = 180
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|(.))")
_MESSAGE = re.compile(r'^(?:time=\S+ )?level=INFO msg=("(?:[^"\\]|\\.)*")')


def job() -> str:
    """Name the Job that looks from inside; where the chart has none, nothing of it is read."""
    said = project().helm_test
    return said.job if said else f"{release_name()}-test"


def inside_names() -> tuple[str, ...]:
    """Name the checks that it makes, in their order: what it does not print has failed."""
    said = project().helm_test
    return said.checks if said else ()


def helm_test_step() -> Step:
    """Run the release's test pods."""
    return step(helm.test(_SECONDS), timeout=2 * _SECONDS)


def not_run(names: Sequence[str], why: str) -> tuple[Check, ...]:
    """Report every check of the tests as skipped."""
    return tuple(Check.skipped(name, why) for name in (_TEST, *names))


def helm_test(result: Result) -> Check:
    """Judge the test pods as helm does."""
    if result.ok:
        return Check.passed(_TEST, seconds=result.seconds)
    errors = helm.errors(result.stderr) or f"no end within {result.seconds:.0f} s"
    return Check.failed(_TEST, errors, "see what it said below", result.seconds)


def selfcheck(
    result: Result, names: Sequence[str], skip_reasons: Mapping[str, str]
) -> tuple[Check, ...]:
    """Read one check for each name from what the test pods printed.

    Args:
        result: what came of ``helm_test_step``.
        names: the checks that it makes, in their order.
        skip_reasons: why a release may be without a line, by its own values.
    """
    lines = _lines(_said(result))
    unsaid = _unsaid(result)
    return tuple(_check(name, lines.get(name), skip_reasons.get(name) or unsaid) for name in names)


def has_reported(result: Result) -> bool:
    """Tell whether the checks ran, whatever came of them."""
    return bool(_lines(_said(result)))


def blame_injector(checks: Sequence[Check], bare: Injection) -> tuple[Check, ...]:
    """Name the one cause where the tests' pod was made without its sidecar.

    What its checks say then is about what they could not reach, and would send people astray.

    Args:
        checks: ``helm test`` and the checks of ``selfcheck``.
        bare: the pod.
    """
    why = f"says nothing: its pod was made without {SIDECAR}"

    def judged(check: Check) -> Check:
        if check.status is not CheckStatus.FAILED:
            return check
        if check.name == _TEST:
            return replace(check, evidence=str(bare), next_step=next_steps.INJECTOR)
        return Check.skipped(check.name, why)

    return tuple(map(judged, checks))


def evidence(result: Result) -> str:
    """Show what failing test pods said."""
    if result.ok:
        return ""
    return f"what helm test said:\n{tail(replace(result, stderr=_said(result)))}"


def _check(name: str, line: dict[str, Any] | None, skip_reason: str) -> Check:
    if line is None and skip_reason:
        return Check.skipped(name, skip_reason)
    if line is None:
        found = f"{job()} printed no line about it: it did not run, or ended before"
        return Check.failed(name, found, _log())
    given = line.get("seconds")
    seconds = float(given) if isinstance(given, int | float) else 0
    evidence = str(line.get("evidence", ""))
    if line["passed"] is True:
        return Check.passed(name, evidence, seconds)
    return Check.failed(name, evidence, str(line.get("next_step") or _log()), seconds)


def _unsaid(result: Result) -> str:
    """Say why a Job that succeeded has no lines: where another test fails, helm prints none."""
    succeeded = rf"^TEST SUITE: +{job()}\n(?:Last .*\n)*Phase: +Succeeded$"
    if result.ok or not re.search(succeeded, result.stdout, re.MULTILINE):
        return ""
    return f"{job()} succeeded; helm printed none of its lines, as another test failed"


def _log() -> str:
    return f"kubectl -n {namespace()} logs job/{job()} --all-containers"


def _said(result: Result) -> str:
    """Return what helm and the tests printed.

    Helm prints the log of a test as one quoted message of its own, on standard error.
    """
    return "\n".join(map(_unquoted, result.stderr.splitlines()))


def _unquoted(line: str) -> str:
    found = _MESSAGE.search(line)
    if found is None:
        return line
    try:
        return str(json.loads(_ESCAPE.sub(_as_json, found[1])))
    except ValueError:
        return line


def _as_json(escape: re.Match[str]) -> str:
    """Go quotes like JSON, but for two letters and for bytes that are no character."""
    named = {"a": r"\u0007", "v": r"\u000b"}
    return rf"\u00{escape[1]}" if escape[1] else named.get(escape[2], escape[0])


def _lines(text: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        if not line.lstrip().startswith("{"):
            continue
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if {"check", "passed"} <= set(value):
            found[str(value["check"])] = value
    return found
