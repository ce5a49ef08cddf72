"""Check 3: every pod of the app has its sidecar.

The injector may be set to fail open: where it is away, a pod then starts without daprd, is ready,
and loses every event.
"""

from collections.abc import Sequence

from todo_ci.cluster import next_steps, pods
from todo_ci.cluster.kubectl import Object
from todo_ci.reports.report import Check


def sidecars(items: Sequence[Object], seconds: float = 0) -> Check:
    """Judge the sidecar of each pod that belongs to a current template."""
    found = pods.sidecars(items)
    problems = [f"{sidecar.pod} {sidecar.problem}" for sidecar in found if sidecar.problem]
    if not found:
        problems = ["no pod of the app runs"]
    if problems:
        return Check.failed("sidecars", "; ".join(problems), next_steps.INJECTOR, seconds)
    shown = ", ".join(f"{s.pod} as {s.app_id}" for s in found)
    return Check.passed("sidecars", f"daprd runs in {shown}", seconds)
