"""Tell from the pods whether new ones get their sidecar.

The injector passes over a pod that a person or the pipeline makes: only one that a controller
made shows whether its webhook is there. Of those the newest counts, whatever it is for; the pod of
a failed self-check stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from todo_ci.cluster import next_steps, pods
from todo_ci.cluster.kubectl import Object


@dataclass(frozen=True, slots=True)
class Injection:
    """Hold what the newest pod got that was to have a sidecar.

    Args:
        pod: its name.
        made: when, by the cluster's clock.
        injected: True where it has its sidecar.
    """

    pod: str
    made: str
    injected: bool

    def __str__(self) -> str:
        if self.injected:
            return f"the newest pod, {self.pod} of {self.made}, has its {pods.SIDECAR}"
        return (
            f"{self.pod} was made without {pods.SIDECAR} at {self.made}: the webhook "
            f"{next_steps.INJECTOR_WEBHOOK} was gone or passed over it"
        )


def newest(items: Sequence[Object]) -> Injection | None:
    """Look at the newest pod that a controller made and that was to have a sidecar."""
    made = [
        Injection(
            item["metadata"]["name"], item["metadata"]["creationTimestamp"], pods.has_sidecar(item)
        )
        for item in items
        if item["kind"] == "Pod" and pods.owner(item) and pods.wants_sidecar(item)
    ]
    return max(made, key=lambda one: one.made, default=None)


def lacking(items: Sequence[Object]) -> Injection | None:
    """Return the newest such pod where it lacks its sidecar."""
    seen = newest(items)
    return None if seen is None or seen.injected else seen
