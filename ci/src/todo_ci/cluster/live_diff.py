"""Compare what lives with what a deploy would make of it, and tell drift from change: pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from todo_ci.cluster.field_owners import REPLICAS, autoscaler, extras, writer
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.manifest_diff import (
    Change,
    Kind,
    Path,
    change_of,
    compare,
    differ,
    name_of,
    overlap,
    written,
)
from todo_ci.scripts.kube_objects import is_hook, part

NOBODY = "somebody; the cluster does not know who"
_OF_THE_SERVER = (
    "managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink",
)  # fmt: skip
# Written by `kubectl rollout restart`, the pipeline's own among them: it asks for new pods alone.
_RESTARTED = "kubectl.kubernetes.io/restartedAt"


@dataclass(frozen=True, slots=True)
class Live:
    """Hold what ``scripts/live_objects.py`` printed.

    Args:
        live: what is there, with who wrote it.
        planned: what a deploy would make of it.
        refused: why the API server takes an object of the deploy not at all, by its name.
    """

    live: Sequence[Object]
    planned: Sequence[Object]
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Drift:
    """Hold what a deploy would change.

    Args:
        changes: the differences, by object.
        left: what is another's to change, in a sentence each.
    """

    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()


def compare_live(state: Live, released: Sequence[Object], rendered: Sequence[Object]) -> Drift:
    """List what a deploy would change of what lives, and who changed it where the deploy does not.

    Args:
        state: what lives, and what would.
        released: what the release that serves consists of, hooks left out.
        rendered: what the deploy consists of, likewise.
    """
    live, planned = ({name_of(item): item for item in side} for side in (state.live, state.planned))
    old, new = ({name_of(item): item for item in side} for side in (released, rendered))
    changes: list[Change] = []
    left: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        there, item = live.get(name), new.get(name)
        if name in state.refused:
            edited = list(_by_hand(there, new[name])) if there else []
            by = next((change.by for change in edited), "")
            changes += [Change(name, Kind.REFUSED, after=state.refused[name], by=by), *edited]
        elif item is None:
            changes += [Change(name, Kind.REMOVED)] if there else []
        elif there is None:
            by = f"deleted by {NOBODY}" if name in old else ""
            changes.append(Change(name, Kind.ADDED, by=by))
        else:
            ours = [path for path, _, _ in differ(old[name], item)] if name in old else [()]
            found = list(_fields(there, planned.get(name, there), ours))
            kept = autoscaler(there)
            if kept and any(path == REPLICAS for path, _ in found):
                left.append(_scaled(name, there, planned[name], str(kept)))
                found = [(path, change) for path, change in found if path != REPLICAS]
            changes += (change for _, change in found)
            changes += _extra(there, item, [path for path, _ in found])
    return Drift(tuple(changes), tuple(left))


def compare_hooks(before: Sequence[Object], after: Sequence[Object]) -> tuple[Change, ...]:
    """Compare what runs beside the release, which lives no longer than it takes."""
    return compare(*([item for item in side if is_hook(item)] for side in (before, after)))


def _fields(there: Object, planned: Object, ours: Sequence[Path]) -> Iterator[tuple[Path, Change]]:
    for difference in differ(_clean(there), _clean(planned)):
        path = difference[0]
        change = change_of(there, difference)
        if not any(overlap(path, each) for each in ours):
            change = replace(change, by=str(writer(there, path) or NOBODY))
        yield path, change


def _by_hand(there: Object, item: Object) -> Iterator[Change]:
    """List what somebody changed of an object whose future the API server does not tell."""
    for difference in differ(there, item):
        change, owner = change_of(there, difference), writer(there, difference[0])
        if owner and change.kind is Kind.CHANGED:
            yield replace(change, by=str(owner))


def _extra(there: Object, item: Object, told: Sequence[Path]) -> Iterator[Change]:
    for path, value, owner in extras(_clean(there, owners=True), item):
        if any(overlap(path, each) for each in told):
            continue
        if item["kind"] == "Secret":
            value = "(hidden)"
        yield Change(name_of(there), Kind.EXTRA, written(path), before=value, by=str(owner))


def _clean(item: Object, *, owners: bool = False) -> Object:
    """Leave what the API server and controllers write, and what asks for new pods alone."""
    dropped = [key for key in _OF_THE_SERVER if not (owners and key == "managedFields")]
    metadata = {key: value for key, value in item["metadata"].items() if key not in dropped}
    cleaned = {key: value for key, value in item.items() if key != "status"}
    return _unmarked({**cleaned, "metadata": metadata})


def _unmarked(item: Object) -> Object:
    template = part(part(item, "spec"), "template")
    metadata = part(template, "metadata")
    marks = part(metadata, "annotations")
    if _RESTARTED not in marks:
        return item
    kept = {key: value for key, value in marks.items() if key != _RESTARTED}
    rest = {key: value for key, value in metadata.items() if key != "annotations"}
    rest |= {"annotations": kept} if kept else {}
    return {**item, "spec": {**item["spec"], "template": {**template, "metadata": rest}}}


def _scaled(name: str, there: Object, planned: Object, by: str) -> str:
    now, named = (side["spec"].get("replicas") for side in (there, planned))
    return (
        f"{name}: spec.replicas is {now}, kept by an autoscaler ({by}); the chart names {named}, "
        "which a deploy sets first, unless the chart names none"
    )
