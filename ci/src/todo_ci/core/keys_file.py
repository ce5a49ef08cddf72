"""Read the values of a Secret's keys from one text: how an app of any keys is given them."""

from collections.abc import Collection
from io import StringIO

from dotenv import dotenv_values

from todo_ci.errors import InputError
from todo_ci.project.fields import variable

_ACCEPTED = "lines of NAME=VALUE, as in .env; NAME is a key of release.toml: DB_PASSWORD=…"


def parse(text: str, known: Collection[str], given: Collection[str]) -> dict[str, str]:
    """Read the values, by the name of the flag that each stands for; none is ever shown.

    Args:
        text: as a shell's file of variables.
        known: the flags that ``release.toml`` makes of its keys.
        given: those that were given already.

    Raises:
        InputError: naming a line without a value, a name of no key, or one that was given twice.
    """
    read = dotenv_values(stream=StringIO(text), interpolate=False)
    by_name = {variable(flag): flag for flag in known}
    values: dict[str, str] = {}
    for name, value in read.items():
        flag = by_name.get(variable(name), "")
        if not value:
            raise _refused(f"{name} has no value")
        if not flag:
            there = ", ".join(sorted(by_name)) or "none"
            raise _refused(f"{name} is no key of a Secret in release.toml; it has {there}")
        if flag in given:
            raise _refused(f"{name} was given by --{flag} too")
        values[flag] = value
    return values


def _refused(what: str) -> InputError:
    return InputError(f"--keys: {what}", accepted=_ACCEPTED, next_step="correct what --keys names")
