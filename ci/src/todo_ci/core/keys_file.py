"""Read the values of Secrets' keys from one text: how an app of any keys is given them."""

import json
from collections.abc import Collection, Iterator
from io import StringIO
from typing import Any

from dotenv.parser import parse_stream

from todo_ci.errors import InputError
from todo_ci.plugins import tidied
from todo_ci.project.current import project
from todo_ci.project.fields import variable

_ACCEPTED = (
    "lines of NAME=VALUE, as in .env, in quotes where # or blanks are part of the value; or one "
    'JSON object, {"NAME": "VALUE"}, which takes any value. NAME is a key of release.toml: '
    "DB_PASSWORD"
)


def parse(text: str, known: Collection[str], given: Collection[str]) -> dict[str, str]:
    """Read the values, by the name of the flag that each stands for; none is ever shown.

    A name without a value counts as not given, as a workflow writes one that it lacks: whoever
    needs the key misses it by name.

    Args:
        text: as a shell's file of variables, or as one JSON object.
        known: the flags that a text of values may give.
        given: those that were given already.

    Raises:
        InputError: naming a line that cannot be read, a name of no key, one that was given twice,
            or one whose value would be cut.
    """
    by_name = {variable(flag): flag for flag in known}
    values: dict[str, str] = {}
    for where, name, value in _pairs(text):
        flag = by_name.get(variable(name), "")
        if not flag:
            there = ", ".join(sorted(by_name)) or "none"
            raise _refused(f"{where} names no key of a Secret in release.toml; it has {there}")
        if flag in values:
            raise _refused(f"{name} stands there twice")
        if flag in given:
            raise _refused(f"{name} was given by --{flag} too")
        # What is read from a file ends with a line; blanks may be meant, and a step drops them.
        values[flag] = value.strip("\r\n")
        if values[flag] != values[flag].strip() and value.strip():
            raise _refused(f"the value of {name} begins or ends with blanks")
    if project().plugins.read_brokers:
        values |= tidied(values)
    return {flag: value for flag, value in values.items() if value.strip()}


def _pairs(text: str) -> Iterator[tuple[str, str, str]]:
    """Find where each value stands, its name, and itself."""
    if text.lstrip().startswith("{"):
        yield from _of_json(text)
        return
    for line in parse_stream(StringIO(text)):
        # Neither a name nor a line: either may be a piece of a value that has several lines.
        where = f"line {line.original.line}"
        # What comes before a comment without quotes may be half of a value.
        if line.error or (line.key and "#" in _unquoted(line.original.string)):
            raise _refused(f"{where} cannot be read")
        if line.key is None:
            continue
        if line.value is None:
            raise _refused(f"{where} has no =")
        yield where, line.key, line.value


def _of_json(text: str) -> Iterator[tuple[str, str, str]]:
    try:
        # As pairs: of a name that stands there twice an object keeps the last alone.
        pairs: list[tuple[str, Any]] = json.loads(text, object_pairs_hook=list)
    except json.JSONDecodeError as error:
        raise _refused(f"line {error.lineno} cannot be read as JSON") from None
    for name, value in pairs:
        # null is what a workflow has of a secret that nobody set.
        if not isinstance(value, str | None):
            raise _refused(f"the value of {name} is no text in quotes")
        yield name, name, value or ""


def _unquoted(line: str) -> str:
    """Return the value of a line where no quotes say where it ends."""
    value = line.partition("=")[2].strip()
    return "" if value[:1] in ("'", '"') else value


def _refused(what: str) -> InputError:
    return InputError(f"--keys: {what}", accepted=_ACCEPTED, next_step="correct what --keys names")
