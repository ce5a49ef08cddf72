"""What Dapr's control plane hands to the sidecars, as a release brings it and as it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from todo_ci.cluster import kubectl
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.manifest import references
from todo_ci.core.ports import Step

_APPS = ("dapr.io/v1alpha1", "dapr.io/v2alpha1")


@dataclass(frozen=True, slots=True)
class Expected:
    """Hold what a sidecar has to load.

    Args:
        components: the names of its components.
        subscriptions: pairs of component and topic.
    """

    components: tuple[str, ...]
    subscriptions: tuple[tuple[str, str], ...]


def stored() -> Step:
    """Read what Dapr's control plane hands to the sidecars of the namespace."""
    kinds = ("components", "configurations", "resiliencies", "subscriptions")
    return kubectl.get_all(",".join(f"{kind}.dapr.io" for kind in kinds))


def of_dapr(objects: Sequence[Object]) -> list[Object]:
    """Pick the objects that Dapr's control plane hands to the sidecars."""
    return [item for item in objects if item.get("apiVersion") in _APPS]


def expected(objects: Sequence[Object], app_id: str) -> Expected:
    """List what the sidecar of an app loads: what names the app in its scopes, or nobody."""
    meant = [i for i in of_dapr(objects) if not i.get("scopes") or app_id in i["scopes"]]
    return Expected(
        tuple(sorted(i["metadata"]["name"] for i in meant if i["kind"] == "Component")),
        tuple(
            sorted(
                (i["spec"]["pubsubname"], i["spec"]["topic"])
                for i in meant
                if i["kind"] == "Subscription"
            )
        ),
    )


def secrets_of(objects: Sequence[Object], component: str) -> tuple[str, ...]:
    """Name the Secrets that a component reads."""
    found = {
        str(reference["name"])
        for item in of_dapr(objects)
        if item["kind"] == "Component" and item["metadata"]["name"] == component
        for reference in references(item["spec"])
    }
    return tuple(sorted(found))
