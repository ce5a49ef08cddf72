"""The checks of sources that ``release.toml`` lists, of each component and of the repository."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Literal

from todo_ci.core.ports import Step, Tool
from todo_ci.core.steps import NamedStep
from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.project.release_file import FILE
from todo_ci.project.sources import Checks, Language

Kind = Literal["lint", "test"]
_ENVIRONMENT: Mapping[Language, Mapping[str, str]] = {
    "python": {"PYTHONDONTWRITEBYTECODE": "1"},
    "node": {"CI": "true", "NO_COLOR": "1"},
    "go": {},
}


def plan(kind: Kind) -> list[NamedStep]:
    """Plan the checks of a kind, the components' first."""
    return [*_of_components(kind), *_of_the_repository(kind)]


def required(kind: Kind) -> list[NamedStep]:
    """Plan them for whoever asked for nothing else.

    Raises:
        InputError: where there are none, which must not pass for a success.
    """
    if planned := plan(kind):
        return planned
    raise InputError(
        f"{FILE} lists nothing to {kind}",
        accepted=f'[components.NAME.{kind}] NAME = {{ run = "COMMAND" }}',
        next_step=f"add what checks the sources to {FILE}",
    )


def _of_components(kind: Kind) -> Iterator[NamedStep]:
    for name, component in project().components.items():
        checks: Checks = getattr(component, kind)
        for check, planned in checks.items():
            step = Step(
                name,
                ("sh", "-ec", planned.run),
                workdir=name,
                inputs=(name, *planned.beside),
                outputs=(f"{name}/{planned.keep}",) if planned.keep else (),
                env=_ENVIRONMENT[component.toolbox.language] if component.toolbox else {},
                timeout=planned.timeout_seconds,
            )
            by_hand = f"cd {shlex.quote(component.context)} && {planned.run}"
            yield NamedStep(f"{name}: {check}", step, planned.fix or by_hand)


def _of_the_repository(kind: Kind) -> Iterator[NamedStep]:
    if not (repository := project().repository):
        return
    checks: Checks = getattr(repository, kind)
    for check, planned in checks.items():
        step = Step(
            Tool.REPOSITORY,
            ("sh", "-ec", planned.run),
            inputs=(*repository.folders, *planned.beside),
            outputs=(planned.keep,) if planned.keep else (),
            env=_ENVIRONMENT[repository.toolbox.language],
            timeout=planned.timeout_seconds,
        )
        yield NamedStep(check, step, planned.fix or planned.run)
