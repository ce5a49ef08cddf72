"""Read ``release.toml``: a value of another kind, an unknown key, a name of nothing are refused."""

import tomllib
from typing import Any

import msgspec

from todo_ci.errors import InputError
from todo_ci.project import refusals
from todo_ci.project.model import Project
from todo_ci.project.rules import canaries, chart_values, environments, names, secrets

FILE = "release.toml"


def parse(text: str, file: str = FILE) -> Project:
    """Read the text of a ``release.toml``.

    Args:
        text: what the file holds.
        file: its name, for errors.

    Raises:
        InputError: naming the file, the key, what is accepted, and the nearest key or name.
    """
    try:
        # Some editors begin a file with a mark of its encoding.
        tables: dict[str, Any] = tomllib.loads(text.removeprefix("\ufeff"))
    # A number of thousands of digits is no TOMLDecodeError, nor are as many brackets.
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{file} is no TOML: {error}",
            accepted="key = value, one a line, below [tables]; texts in quotes",
            next_step=f"correct {file} there",
        ) from None
    try:
        project = msgspec.convert(tables, Project)
    except msgspec.ValidationError as error:
        raise refusals.explain(error, tables, Project, file) from None
    environments.require_order(project, file)
    names.require_names(project, file)
    chart_values.require_apart(project, file)
    secrets.require_flags(project, file)
    secrets.require_one_signer(project, file)
    if project.canary:
        canaries.require_judged(project.canary, project, file)
    for name, secret in project.secrets.items():
        secrets.require_sources(f"secrets.{name}", secret, file)
    return project
