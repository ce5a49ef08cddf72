"""Refuse a file by the key, with what is accepted there."""

from collections.abc import Iterable
from typing import Never

from todo_ci.errors import InputError
from todo_ci.project import refusals


def require(place: str, name: str, known: Iterable[str], file: str) -> None:
    """Refuse a name of nothing, with the nearest that there is."""
    names = list(known)
    if name not in names:
        accepted = f"one of: {', '.join(names)}" if names else "nothing: leave it out"
        refuse(f"{place}: there is no {name!r}", accepted, file, refusals.nearest(name, names))


def refuse(what: str, accepted: str, file: str, hint: str = "") -> Never:
    """Raise what a person corrects the file by."""
    raise InputError(f"{file}: {what}", accepted=accepted, next_step=hint or f"correct {file}")
