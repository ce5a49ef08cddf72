"""Read who wrote which field of an object that lives: pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.manifest_diff import Path, overlap, parts

HELM = "helm"
# Whose fields of a spec nobody wrote by hand, the count of replicas among them. By name: whatever a
# person scales with (kubectl, k9s, a dashboard) writes through the same subresource.
_CONTROLLERS = ("kube-controller-manager", "keda", "keda-operator")
REPLICAS: Path = ("spec", "replicas")


@dataclass(frozen=True, slots=True)
class Owner:
    """Name who wrote a field.

    Args:
        manager: as the API server knows it, such as ``kubectl-edit``.
        time: of its last change of the object.
    """

    manager: str
    time: str

    def __str__(self) -> str:
        """Name both."""
        return f"{self.manager}, {self.time}" if self.time else self.manager


def writer(live: Object, path: Path) -> Owner | None:
    """Return who, besides helm, wrote a field last; None where the cluster names nobody."""
    found = [
        owner
        for owner, owned in _foreign(live)
        if any(overlap(path, each) for each, _ in _walk(owned, live, None))
    ]
    return max(found, key=lambda owner: owner.time, default=None)


def extras(live: Object, rendered: Object) -> Iterator[tuple[Path, Any, Owner]]:
    """List the fields of a spec, or of data, that somebody added to those of the release."""
    seen: set[Path] = set()
    for owner, owned in _foreign(live):
        if owner.manager in _CONTROLLERS:
            continue
        kept = {key: value for key, value in owned.items() if key in ("f:spec", "f:data")}
        for path, value in _walk(kept, live, rendered):
            if path not in seen:
                seen.add(path)
                yield path, value, owner


def autoscaler(live: Object) -> Owner | None:
    """Return who keeps the count of replicas in place of the release; None where nobody does."""
    for entry in _entries(live):
        if entry.get("subresource") == "scale" and entry.get("manager") in _CONTROLLERS:
            paths = (path for path, _ in _walk(entry.get("fieldsV1") or {}, live, None))
            if REPLICAS in paths:
                return _owner(entry)
    return None


def _foreign(live: Object) -> Iterator[tuple[Owner, Object]]:
    for entry in _entries(live):
        if entry.get("manager") != HELM and entry.get("subresource") != "status":
            yield _owner(entry), entry.get("fieldsV1") or {}


def _entries(live: Object) -> list[Object]:
    return live["metadata"].get("managedFields") or []


def _owner(entry: Object) -> Owner:
    return Owner(str(entry.get("manager", "")), str(entry.get("time", "")))


def _walk(fields: Object, live: Any, rendered: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Find what a set of fields names in an object.

    Args:
        fields: as ``managedFields`` has them: ``f:`` a key, ``k:`` an item of a list by its keys.
        live: the object, or the part of it that they are about.
        rendered: the same part of the release's object: what it has is passed over, what it lacks
            is named as a whole. None names each field by itself.
        path: of that part.
    """
    inside = [key for key in fields if key != "."]
    if path and not inside:
        if rendered is None:
            yield path, live
        return
    have = parts(live) or {}
    theirs = None if rendered is None else parts(rendered) or {}
    for key in inside:
        name = _name(key, have)
        if name not in have:
            if rendered is None and path:
                yield path, live  # a member of a set, or one that is gone: the list as a whole
            continue
        if theirs is not None and name not in theirs:
            yield (*path, name), have[name]
            continue
        below = None if theirs is None else theirs[name]
        yield from _walk(fields[key], have[name], below, (*path, name))


def _name(key: str, have: dict[str, Any]) -> str:
    """Find the part that a key of ``managedFields`` means; empty for none."""
    kind, _, text = key.partition(":")
    if kind == "f":
        return text
    if kind == "k":
        wanted: Object = json.loads(text)
        for name, item in have.items():
            if isinstance(item, dict) and wanted.items() <= item.items():
                return name
    return ""
