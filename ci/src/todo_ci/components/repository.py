"""The checks of the repository's own tools: this package, infra/, scripts and the workflow."""

from todo_ci.components import workflow
from todo_ci.core.ports import Step, Tool
from todo_ci.core.steps import NamedStep
from todo_ci.scripts import source

_SCRIPTS = ("do", ".ci", ".github", "infra")


def lint() -> list[NamedStep]:
    """Plan style, types and layers of ci/ and infra/, shellcheck for all scripts, the workflow."""
    shell = Step(
        Tool.CI,
        ("python", "scripts/lint_shell.py", *_SCRIPTS),
        inputs=_SCRIPTS,
        files={"scripts/lint_shell.py": source("lint_shell.py")},
    )
    return [
        NamedStep("ci: ruff", _step("ruff", "check", "."), "ruff check --fix ci"),
        NamedStep("ci: format", _step("ruff", "format", "--check", "."), "ruff format ci"),
        # Tests on the cluster use what infra/ has for its own.
        NamedStep("ci: pyright", _step("pyright", "--warnings", inputs=("ci", "infra"))),
        NamedStep("ci: imports", _step("lint-imports", "--no-cache")),
        NamedStep("infra: ruff", _infra("ruff", "check", "infra"), "ruff check --fix infra"),
        NamedStep(
            "infra: format", _infra("ruff", "format", "--check", "infra"), "ruff format infra"
        ),
        NamedStep("infra: pyright", _infra("pyright", "-p", "infra/lab", "--warnings")),
        NamedStep("infra: imports", _infra("lint-imports", "--no-cache", workdir="infra/lab")),
        NamedStep(
            "chart's tests: pyright", _infra("pyright", "-p", "infra/helm/tests", "--warnings")
        ),
        NamedStep("shellcheck", shell, "shellcheck names the line and a page about it"),
        *workflow.lint(),
    ]


def _step(*argv: str, inputs: tuple[str, ...] = ("ci",)) -> Step:
    env = {"PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"}
    return Step(Tool.CI, argv, workdir="ci", inputs=inputs, env=env)


def _infra(*argv: str, workdir: str = ".") -> Step:
    """Plan a check of infra/, whose settings extend those of ci/."""
    env = {"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"}
    return Step(Tool.CI, argv, workdir=workdir, inputs=("infra", "ci"), env=env)
