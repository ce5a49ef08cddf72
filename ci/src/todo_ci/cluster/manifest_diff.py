"""Compare two manifests object by object and field by field: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from todo_ci.cluster.kubectl import Object

HIDDEN = "(hidden)"
_SECRET_FIELDS = ("data", "stringData")
_NOTHING = object()
Path = tuple[str, ...]


class Kind(StrEnum):
    """Say what happens to an object or to one of its fields."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    EXTRA = "extra"  # is there, of another's making, and no deploy takes it away
    REFUSED = "refused"  # the API server does not take the object as it would be


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one difference.

    Args:
        object: kind and name.
        kind: what happens.
        field: path of the field; empty where the whole object comes or goes.
        before: what it is now; None where there is nothing.
        after: what it would be, likewise.
        by: who changed what lives, and when; empty where it is the deploy that changes it.
    """

    object: str
    kind: Kind
    field: str = ""
    before: Any = None
    after: Any = None
    by: str = ""


def compare(before: Sequence[Object], after: Sequence[Object]) -> tuple[Change, ...]:
    """List what turns one manifest into the other, by object; the values of Secrets are hidden."""
    old, new = ({name_of(item): item for item in side} for side in (before, after))
    changes: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            changes.append(Change(name, Kind.ADDED))
        elif name not in new:
            changes.append(Change(name, Kind.REMOVED))
        else:
            found = differ(old[name], new[name])
            changes += (change_of(new[name], difference) for difference in found)
    return tuple(changes)


def differ(before: Any, after: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Walk two values side by side; what is on one side alone is one difference as a whole."""
    old, new = parts(before), parts(after)
    if old is None or new is None:
        if before != after:
            yield path, before, after
        return
    for key in [*old, *(key for key in new if key not in old)]:
        yield from differ(old.get(key, _NOTHING), new.get(key, _NOTHING), (*path, key))


def change_of(item: Object, difference: tuple[Path, Any, Any]) -> Change:
    """Make a change of what two sides of an object differ in; the values of Secrets are hidden."""
    path, before, after = difference
    hide = item["kind"] == "Secret" and path[0] in _SECRET_FIELDS
    kind = Kind.CHANGED
    if before is _NOTHING:
        kind = Kind.ADDED
    elif after is _NOTHING:
        kind = Kind.REMOVED
    before, after = (
        None if side is _NOTHING else HIDDEN if hide else side for side in (before, after)
    )
    return Change(name_of(item), kind, written(path), before, after)


def name_of(item: Object) -> str:
    """Name an object by kind and name."""
    # Without the version: one that has moved on is a change of the object, not another object.
    return f"{item['kind']} {item['metadata']['name']}"


def parts(value: Any) -> dict[str, Any] | None:
    """Return the named parts of a value; None where it is compared as a whole."""
    if isinstance(value, dict):
        return value  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, list):
        return None
    items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    # By name where each item has its own: a new one then moves no other.
    names = [item.get("name", "") for item in items]
    own = all(names) and len(set(names)) == len(names)
    return {
        f"[{name if own else n}]": i for n, (name, i) in enumerate(zip(names, items, strict=True))
    }


def overlap(one: Path, other: Path) -> bool:
    """Tell whether one of two paths is the other, or leads into it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def written(path: Path) -> str:
    """Write a path as people do; a key with dots of its own stands in brackets."""
    parts = [part if part.startswith("[") or "." not in part else f"[{part}]" for part in path]
    return ".".join(parts).replace(".[", "[")
