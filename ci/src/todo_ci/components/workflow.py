"""The checks of the workflow: what GitHub would refuse, and what a stranger could abuse."""

from todo_ci.core.ports import Step, Tool
from todo_ci.core.steps import NamedStep


def lint() -> list[NamedStep]:
    """Plan actionlint, which gives every script to shellcheck, and zizmor for all workflows."""
    actionlint = "actionlint .github/workflows/*.y*ml"
    return [
        NamedStep(
            "workflow: actionlint", _step("sh", "-c", actionlint), "./do ci lint brings its tools"
        ),
        NamedStep(
            "workflow: zizmor",
            # Offline, so that no token is needed and the same commit always gets the same answer.
            _step("zizmor", "--offline", "--no-progress", ".github"),
            "each finding names a page about it",
        ),
    ]


def _step(*argv: str) -> Step:
    return Step(Tool.CI, argv, inputs=(".github",))
