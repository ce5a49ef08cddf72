"""The backend's checks."""

from dataclasses import replace

from todo_ci.core.ports import Step, Tool
from todo_ci.core.steps import NamedStep

NAME = "backend"
COVERAGE = "backend/coverage.xml"
# Some minutes on two free cores; a busy machine takes several times that.
TEST_SECONDS = 1800

# A worker has its own import of everything and its own PostgreSQL: more than four gain little.
_PYTEST = (
    "pytest -q -n auto --maxprocesses 4 --dist worksteal"
    " --cov --cov-report term --cov-report xml:coverage.xml"
    ' ${JUNIT_DIR:+"--junitxml=$JUNIT_DIR/backend.xml"}'
)


def lint() -> list[NamedStep]:
    """Plan style, formatting, types and the order of the layers."""
    return [
        NamedStep("backend: ruff", _step("ruff", "check", "."), "ruff check --fix backend"),
        NamedStep(
            "backend: format", _step("ruff", "format", "--check", "."), "ruff format backend"
        ),
        NamedStep("backend: pyright", _step("pyright", "--warnings")),
        NamedStep("backend: imports", _step("lint-imports", "--no-cache")),
    ]


def test() -> list[NamedStep]:
    """Plan the unit and contract tests, with coverage."""
    return [
        NamedStep(
            "backend: pytest",
            replace(_step("sh", "-ec", _PYTEST, outputs=(COVERAGE,)), timeout=TEST_SECONDS),
            "cd backend && .venv/bin/pytest",
        )
    ]


def _step(*argv: str, outputs: tuple[str, ...] = ()) -> Step:
    return Step(
        Tool.BACKEND,
        argv,
        workdir=NAME,
        inputs=(NAME,),
        outputs=outputs,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
