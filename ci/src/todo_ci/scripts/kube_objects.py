"""Read the objects that kubectl prints: pure, standard library only."""

from collections.abc import Iterable, Sequence
from typing import Any

Object = dict[str, Any]
Generation = tuple[str, str]


def generations(items: Iterable[Object]) -> frozenset[Generation]:
    """Name every ReplicaSet in its present role, and every Job that helm made.

    A return to an old template reuses its ReplicaSet under a new revision, so the uid alone would
    not tell old from new. Helm waits for no Job that a CronJob makes, of whichever template.
    """
    return frozenset(
        (item["metadata"]["uid"], revision(item))
        for item in items
        if item["kind"] == "ReplicaSet" or (item["kind"] == "Job" and not owner(item))
    )


def new_pods(items: Sequence[Object], baseline: frozenset[Generation]) -> list[Object]:
    """Return the pods that belong to a ReplicaSet or Job of this release."""
    fresh = {uid for uid, _ in generations(items) - baseline}
    return [item for item in items if item["kind"] == "Pod" and owner(item) in fresh]


def is_ready(pod: Object) -> bool:
    """Tell whether a pod serves, or has done its work."""
    return pod["status"].get("phase") == "Succeeded" or condition(pod, "Ready") is not None


def part(value: Object, key: str) -> Object:
    """Return a part that may be missing or null."""
    return value.get(key) or {}


def is_hook(item: Object) -> bool:
    """Tell whether helm makes an object anew each time, beside the release."""
    return "helm.sh/hook" in part(item["metadata"], "annotations")


def statuses(pod: Object) -> list[Object]:
    """Return the states of all containers of a pod, the early ones first."""
    status = pod["status"]
    return [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]


def condition(item: Object, name: str) -> Object | None:
    """Return a condition that holds."""
    for seen in item.get("status", {}).get("conditions", []):
        if seen["type"] == name and seen["status"] == "True":
            return seen
    return None


def owner(item: Object) -> str:
    """Return the uid of what controls an object."""
    owners: list[Object] = item["metadata"].get("ownerReferences", [])
    return next((by["uid"] for by in owners if by.get("controller")), "")


def deployment_of(pod: Object, items: Sequence[Object]) -> Object | None:
    """Return the Deployment a pod belongs to."""
    by_uid = {item["metadata"]["uid"]: item for item in items}
    found = by_uid.get(owner(by_uid.get(owner(pod), pod)))
    return found if found is not None and found["kind"] == "Deployment" else None


def revision(item: Object) -> str:
    """Return the template's number; empty for a Job, which has one alone."""
    annotations: Object = item["metadata"].get("annotations", {})
    return annotations.get("deployment.kubernetes.io/revision", "") if item["kind"] != "Job" else ""
