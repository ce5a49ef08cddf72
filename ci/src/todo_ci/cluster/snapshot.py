"""The snapshot of a release, and what is found in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from todo_ci.cluster.injection import Injection
from todo_ci.cluster.kubectl import Object
from todo_ci.core.image_refs import shorten

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one cause.

    Args:
        cause: which row of the table found it.
        where: the pod and its container, or what should have made a pod.
        evidence: what was seen, in the cluster's or the app's words.
        next_step: what to run or change.
        pod: the pod alone, whose logs are worth a look.
    """

    cause: str
    where: str
    evidence: str
    next_step: str
    pod: str = ""

    @classmethod
    def at(
        cls, pod: Object, cause: str, container: str, evidence: str, next_step: str
    ) -> "Finding":
        """Name a cause in a pod, and in one of its containers where that is known."""
        name = pod["metadata"]["name"]
        where = " ".join(filter(None, (name, container)))
        return cls(cause, where, short(evidence), next_step, name)


@dataclass(frozen=True, slots=True)
class Log:
    """Hold the last lines of a container, and those from before its restart."""

    container: str
    last: str
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Hold what was recorded of a release.

    Args:
        environment: for the commands that put things right.
        items: Deployments, ReplicaSets, Jobs and pods.
        events: the last events of each object, by its name.
        logs: by pod.
        health: what the app says of itself, by pod.
        sidecars: what the sidecars say of themselves, by pod.
        dapr: what Dapr's control plane hands to them.
        newest: what the newest pod got that was to have a sidecar, a test's too.
    """

    environment: str
    items: Sequence[Object]
    events: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    logs: Mapping[str, Sequence[Log]] = field(default_factory=dict[str, Sequence[Log]])
    health: Mapping[str, Object] = field(default_factory=dict[str, Object])
    sidecars: Mapping[str, Object] = field(default_factory=dict[str, Object])
    dapr: Sequence[Object] = ()
    newest: Injection | None = None

    def pods(self) -> Iterator[Object]:
        """Return the pods that should serve or work, and are not on their way out."""
        for item in self.items:
            going = "deletionTimestamp" in item["metadata"]
            if item["kind"] == "Pod" and not going and item["status"].get("phase") != "Succeeded":
                yield item

    def logs_of(self, pod: Object, container: str = "") -> str:
        """Return what the containers of a pod said, or one of them, the oldest first."""
        of_it = self.logs.get(pod["metadata"]["name"], ())
        chosen = [log for log in of_it if container in ("", log.container)]
        return "\n".join(text for log in chosen for text in (log.previous, log.last) if text)

    def last_warning(self, name: str, *signs: str) -> str:
        """Return the last warning about an object that has one of the signs."""
        of_it = [e for e in self.events.get(name, ()) if e.startswith("Warning")]
        fitting = [event for event in of_it if any(sign in event for sign in signs)]
        return fitting[-1].removeprefix("Warning ") if fitting else ""


Cause = Callable[[Snapshot], Iterator[Finding]]


def short(text: str) -> str:
    """Cut a long message in its middle: it begins with what was tried and ends with why not."""
    said = shorten(" ".join(text.split()))
    half = _LONGEST // 2
    return said if len(said) <= _LONGEST else f"{said[:half]} … {said[-half:]}"
