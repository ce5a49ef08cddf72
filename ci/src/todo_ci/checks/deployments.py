"""Check 2: every Deployment is available, and no app container restarted since the release."""

from collections.abc import Sequence

from todo_ci.cluster import kubectl, pods
from todo_ci.cluster.kubectl import Object
from todo_ci.release.revision import Revision
from todo_ci.reports.report import Check


def deployments(items: Sequence[Object], latest: Revision | None, seconds: float = 0) -> Check:
    """Check 2: every Deployment is available, and no app container restarted since the release."""
    found = pods.components(items)
    problems = [f"{c.name}: {c.problem}" for c in found if c.problem]
    since = latest.created if latest else ""
    problems += [
        f"{c.pod} {c.name} restarted, {c.restarts} times so far"
        for c in pods.restarted_since(pods.containers(items), since)
    ]
    if not found:
        problems.append("the release has no Deployment")
    if problems:
        step = f"kubectl describe pods -l {kubectl.selector()}"
        return Check.failed("deployments", "; ".join(problems), step, seconds)
    shown = ", ".join(map(str, found)) + " available, no restart since the release"
    return Check.passed("deployments", shown + _sidecars(items), seconds)


def _sidecars(items: Sequence[Object]) -> str:
    """Show how often sidecars restarted: they do while a broker is away, and come back."""
    again = [s for s in pods.sidecars(items) if s.restarts]
    return "".join(f"; {pods.SIDECAR} of {s.pod} restarted {s.restarts} times" for s in again)
