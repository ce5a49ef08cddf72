"""Read the values of a Secret's keys from one text: how an app of any keys is given them."""

from collections.abc import Collection
from io import StringIO

from dotenv.parser import parse_stream

from todo_ci.errors import InputError
from todo_ci.project.fields import variable

_ACCEPTED = (
    "lines of NAME=VALUE, as in .env; NAME is a key of release.toml: DB_PASSWORD=…; in quotes, "
    "where # or blanks are part of the value"
)


def parse(text: str, known: Collection[str], given: Collection[str]) -> dict[str, str]:
    """Read the values, by the name of the flag that each stands for; none is ever shown.

    Args:
        text: as a shell's file of variables.
        known: the flags that ``release.toml`` makes of its keys.
        given: those that were given already.

    Raises:
        InputError: naming a line that cannot be read or has no value, a name of no key, or one
            that was given twice.
    """
    by_name = {variable(flag): flag for flag in known}
    values: dict[str, str] = {}
    for line in parse_stream(StringIO(text)):
        name, value = line.key, line.value
        # What comes before a comment without quotes may be half of a value.
        if line.error or (name and "#" in _unquoted(line.original.string)):
            raise _refused(f"line {line.original.line} cannot be read")
        if name is None:
            continue
        if not value:
            raise _refused(f"{name} has no value")
        flag = by_name.get(variable(name), "")
        if not flag:
            there = ", ".join(sorted(by_name)) or "none"
            raise _refused(f"{name} is no key of a Secret in release.toml; it has {there}")
        if flag in values:
            raise _refused(f"{name} stands there twice")
        if flag in given:
            raise _refused(f"{name} was given by --{flag} too")
        values[flag] = value
    return values


def _unquoted(line: str) -> str:
    """Return the value of a line where no quotes say where it ends."""
    value = line.partition("=")[2].strip()
    return "" if value[:1] in ("'", '"') else value


def _refused(what: str) -> InputError:
    return InputError(f"--keys: {what}", accepted=_ACCEPTED, next_step="correct what --keys names")
