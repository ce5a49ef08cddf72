"""The frontend's checks and image."""

from todo_ci.ports import ImageSpec, Step, Tool
from todo_ci.steps import Named

NAME = "frontend"


def lint() -> list[Named]:
    """Plan style, formatting and types."""
    return [
        Named(
            "frontend: biome",
            _step("biome", "check", "--error-on-warnings", "."),
            "cd frontend && npx biome check --write .",
        ),
        Named("frontend: tsc", _step("tsc", "--noEmit")),
    ]


def test() -> list[Named]:
    """Plan the component and client tests."""
    return [Named("frontend: vitest", _step("vitest", "run"), "cd frontend && npm test")]


def image(platforms: tuple[str, ...], commit: str) -> ImageSpec:
    """Describe the image; the commit is its last layer, so that all others stay cached."""
    return ImageSpec(NAME, platforms, build_args={"COMMIT": commit})


def _step(*argv: str) -> Step:
    return Step(
        Tool.FRONTEND, argv, workdir=NAME, inputs=(NAME,), env={"CI": "true", "NO_COLOR": "1"}
    )
