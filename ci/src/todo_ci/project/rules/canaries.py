"""Canaries: measured for long enough to be judged."""

import math

from todo_ci.project.canary import RATE, Canary
from todo_ci.project.model import Project
from todo_ci.project.rules.saying import refuse, require

# A single request of what is sent in the longest step is not less of them.
_SMALLEST = 0.003


def require_judged(canary: Canary, project: Project, file: str) -> None:
    """Refuse steps by which nothing could be judged, and names of nothing."""
    require("canary.component", canary.component, project.components, file)
    for check in canary.checks:
        known = project.helm_test.checks if project.helm_test else ()
        require("canary.checks", check, known, file)
    if 0 < canary.max_failed_percent < _SMALLEST:
        what = f"canary.max-failed-percent is {canary.max_failed_percent:g}, less than can be seen"
        refuse(what, f"0, for none that fails; or {_SMALLEST:g} and more", file)
    # Twice as long as the requests take that are needed: a slow answer holds the next one back.
    least = math.ceil(2 * canary.enough / RATE)
    before = -1
    for number, step in enumerate(canary.steps):
        place = f"canary.steps[{number}]"
        if step.weight <= before:
            what = f"{place}.weight is {step.weight}, and that of the step before is {before}"
            refuse(what, "weights that rise", file)
        before = step.weight
        if step.seconds < least:
            what = (
                f"{place}.seconds is {step.seconds}, too short for the {canary.enough} requests "
                f"that max-failed-percent = {canary.max_failed_percent:g} is judged by"
            )
            refuse(what, f"{least} or more", file)
