"""Say what is wrong with a file of settings in the words of whoever wrote it.

msgspec names a place as ``$.components[...].image`` and what it expects as a type or a pattern; a
person wants the key as it stands in the file, what may stand there, and what was perhaps meant.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import inspect
from msgspec.structs import fields

from todo_ci.errors import InputError

_PLACE = re.compile(r" - at (?P<of_a_key>`key` in )?`\$(?P<path>[^`]*)`$")
_PART = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<item>\d+)\]|\[\.\.\.\]")
_KEY = re.compile(r"(?P<how>unknown|missing required) field `(?P<key>[^`]*)`")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+(\[\d+\])?", re.ASCII)


def explain(
    error: msgspec.ValidationError, tables: Mapping[str, Any], kind: type, file: str
) -> InputError:
    """Turn a refusal of msgspec into an error.

    Args:
        error: the refusal.
        tables: what was refused.
        kind: the type it should have had.
        file: where it stands.
    """

    def refused(what: str, accepted: str, hint: str = "") -> InputError:
        return InputError(f"{file}: {what}", accepted=accepted, next_step=hint or f"correct {file}")

    found = _PLACE.search(str(error))
    path, value, wanted = _follow(found["path"] if found else "", tables, kind)
    if key := _KEY.search(str(error)):
        name, known = key["key"], _keys(wanted)
        place = _join([*path, name])
        if key["how"] != "unknown":
            return refused(f"{place} is missing", _accepted(known[name]), f"add {place} to {file}")
        return refused(
            f"there is no key {place}",
            _choice(known),
            nearest(name, known) or f"take {name} out of {file}",
        )
    if found and found["of_a_key"]:
        names = get_args(_plain(wanted))[0]
        wrong = next(name for name in value if not _fits(name, names))
        return refused(f"{_join([*path, wrong])}: {wrong!r} is no name", _accepted(names))
    hint = nearest(value, _literals(wanted)) if isinstance(value, str) else ""
    return refused(f"{_join(path)} is {_shown(value)}", _accepted(wanted), hint)


def _follow(place: str, value: Any, wanted: Any) -> tuple[list[str], Any, Any]:
    """Walk to a place; for ``[...]`` to the first entry that does not fit, which was refused."""
    path: list[str] = []
    for part in _PART.finditer(place):
        if part["key"]:
            path.append(part["key"])
            value, wanted = value[part["key"]], _keys(wanted)[part["key"]]
            continue
        wanted = get_args(_plain(wanted))
        if part["item"]:
            path[-1] += f"[{part['item']}]"
            value, wanted = value[int(part["item"])], wanted[0]
        else:
            wanted = wanted[1]
            entry = next(name for name, held in value.items() if not _fits(held, wanted))
            path.append(entry)
            value = value[entry]
    return path, value, wanted


def _plain(wanted: Any) -> Any:
    """Return a type without what is said about it, and without the None of a table left out."""
    if hasattr(wanted, "__metadata__"):
        return _plain(get_args(wanted)[0])
    others = [kind for kind in get_args(wanted) if kind is not NoneType]
    is_table = NoneType in get_args(wanted) and len(others) == 1
    return others[0] if is_table else wanted


def _keys(table: Any) -> dict[str, Any]:
    """Return the keys of a table with the type of each."""
    return {field.encode_name: field.type for field in fields(_plain(table))}


def _fits(value: Any, wanted: Any) -> bool:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return False
    return True


def _accepted(wanted: Any) -> str:
    """Say what may stand in a place."""
    info, plain = inspect.type_info(wanted), _plain(wanted)
    if isinstance(info, inspect.Metadata):
        noted: Any = info
        if noted.extra:
            return noted.extra["accepted"]
        info = info.type
    if names := _literals(plain):
        return _choice(map(repr, names))
    match info:
        case inspect.BoolType():
            return "true or false, without quotes"
        case inspect.IntType(ge=least, le=most):
            return f"a whole number from {least} to {most}, without quotes"
        case inspect.FloatType(ge=least, le=most):
            return f"a number from {least:g} to {most:g}, without quotes"
        case inspect.StrType():
            return "a text in quotes, not empty"
        case inspect.UnionType():
            return " or ".join(map(_accepted, get_args(plain)))
        case inspect.VarTupleType():
            return f"[a list], not empty, each of it {_accepted(get_args(plain)[0])}"
        case inspect.DictType():
            names, held = get_args(plain)
            return f"a table, not empty: {_accepted(names)}; behind each {_accepted(held)}"
        case _:
            known = ", ".join(_keys(plain))
            return f"a table with the keys {known}" if known else "an empty table"


def _literals(wanted: Any) -> tuple[str, ...]:
    plain = _plain(wanted)
    return get_args(plain) if get_origin(plain) is Literal else ()


def _choice(names: Iterable[str]) -> str:
    return f"one of: {', '.join(names) or 'none'}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which name was perhaps meant; empty where none is near."""
    found = get_close_matches(name, list(known), 1)
    return f"write {found[0]} for {name}" if found else ""


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a table" if value else "an empty table"
    # As TOML writes it, where that is JSON too.
    return json.dumps(value, default=str, ensure_ascii=False)


def _join(path: Sequence[str]) -> str:
    """Write a path as TOML does: only a plain key stands without quotes."""
    return ".".join(key if _PLAIN_KEY.fullmatch(key) else json.dumps(key) for key in path)
