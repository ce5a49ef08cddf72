"""The checks of the repository's own tools: this package, infra/, scripts and the workflow."""

from todo_ci import workflow
from todo_ci.inside import source
from todo_ci.ports import Step, Tool
from todo_ci.steps import Named

_SCRIPTS = ("do", ".ci", ".github", "infra")


def lint() -> list[Named]:
    """Plan style, types and layers of ci/ and infra/, shellcheck for all scripts, the workflow."""
    shell = Step(
        Tool.CI,
        ("python", "inside/lint_shell.py", *_SCRIPTS),
        inputs=_SCRIPTS,
        files={"inside/lint_shell.py": source("lint_shell.py")},
    )
    return [
        Named("ci: ruff", _step("ruff", "check", "."), "ruff check --fix ci"),
        Named("ci: format", _step("ruff", "format", "--check", "."), "ruff format ci"),
        Named("ci: pyright", _step("pyright", "--warnings")),
        Named("ci: imports", _step("lint-imports", "--no-cache")),
        Named("infra: ruff", _infra("ruff", "check", "infra"), "ruff check --fix infra"),
        Named("infra: format", _infra("ruff", "format", "--check", "infra"), "ruff format infra"),
        Named("infra: pyright", _infra("pyright", "-p", "infra/lab", "--warnings")),
        Named("chart's tests: pyright", _infra("pyright", "-p", "infra/helm/tests", "--warnings")),
        Named("shellcheck", shell, "shellcheck names the line and a page about it"),
        *workflow.lint(),
    ]


def _step(*argv: str) -> Step:
    env = {"PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"}
    return Step(Tool.CI, argv, workdir="ci", inputs=("ci",), env=env)


def _infra(*argv: str) -> Step:
    """Plan a check of infra/, whose settings extend those of ci/."""
    return Step(Tool.CI, argv, inputs=("infra", "ci"), env={"PYTHONDONTWRITEBYTECODE": "1"})
