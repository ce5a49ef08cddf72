"""The frontend's checks."""

from todo_ci.core.ports import Step, Tool
from todo_ci.core.steps import NamedStep

NAME = "frontend"


def lint() -> list[NamedStep]:
    """Plan style, formatting and types."""
    return [
        NamedStep(
            "frontend: biome",
            _step("biome", "check", "--error-on-warnings", "."),
            "cd frontend && npx biome check --write .",
        ),
        NamedStep("frontend: tsc", _step("tsc", "--noEmit")),
        NamedStep(
            "frontend: generated client",
            _step("npm", "run", "--silent", "check:generated", inputs=(NAME, "backend")),
            "cd frontend && npm run generate",
        ),
    ]


def test() -> list[NamedStep]:
    """Plan the component and client tests."""
    # Some tests read what the backend's read.
    vitest = _step("vitest", "run", inputs=(NAME, "backend"))
    return [NamedStep("frontend: vitest", vitest, "cd frontend && npm test")]


def _step(*argv: str, inputs: tuple[str, ...] = (NAME,)) -> Step:
    return Step(
        Tool.FRONTEND, argv, workdir=NAME, inputs=inputs, env={"CI": "true", "NO_COLOR": "1"}
    )
