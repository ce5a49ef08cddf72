"""Judge what runs from ``kubectl get deployments,replicasets,pods --output json``: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from todo_ci.cluster.kubectl import Object

SIDECAR = "daprd"
# Of a sidecar: its pod was made without one, and will never get it.
WITHOUT = f"runs without {SIDECAR}"
ANNOTATION = "dapr.io/"
_COMPONENT = "app.kubernetes.io/component"
_REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True, slots=True)
class Component:
    """Hold how far a Deployment is."""

    name: str
    wanted: int
    updated: int
    available: int
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.available}/{self.wanted}"


@dataclass(frozen=True, slots=True)
class Container:
    """Hold one app container of a pod that belongs to the current template.

    Args:
        component: its name.
        pod: the pod's name.
        name: the container's name.
        image: the image it was asked to run.
        running: the image the runtime says it runs, by digest.
        restarts: how often it was started again, ever.
        started: when it was last started, by the cluster's clock.
    """

    component: str
    pod: str
    name: str
    image: str
    running: str
    restarts: int
    started: str

    @property
    def digest(self) -> str:
        """Return the digest it was asked to run; empty where only a tag was given."""
        return self.image.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Hold the sidecar of one pod that belongs to the current template.

    Args:
        component: its name.
        pod: the pod's name.
        app_id: the name the app has among sidecars.
        app_port: where the sidecar finds its app; empty where it calls none.
        health_checked: True when it is told to watch its app's health.
        native: True for an init container that goes on running.
        restarts: how often it was started again, ever.
        problem: why it does not serve; empty when it does.
    """

    component: str
    pod: str
    app_id: str
    app_port: str
    health_checked: bool
    native: bool
    restarts: int
    problem: str


def components(items: Sequence[Object]) -> tuple[Component, ...]:
    """Judge every Deployment."""
    return tuple(_component(item) for item in items if item["kind"] == "Deployment")


def _component(item: Object) -> Component:
    status = item["status"]
    wanted = int(item["spec"].get("replicas", 1))
    updated = int(status.get("updatedReplicas", 0))
    available = int(status.get("availableReplicas", 0))
    problem = ""
    if status.get("observedGeneration", 0) < item["metadata"]["generation"]:
        problem = "its change has not been looked at yet"
    elif updated < wanted:
        problem = f"{updated} of {wanted} pods are of the new template"
    elif available < wanted:
        problem = f"{available} of {wanted} pods are available"
    elif status.get("replicas", 0) > wanted:
        problem = f"{status['replicas'] - wanted} old pods still run"
    return Component(_name(item), wanted, updated, available, problem)


def containers(items: Sequence[Object]) -> tuple[Container, ...]:
    """List the app containers of every Deployment's current template."""
    found: list[Container] = []
    for pod in _current(items):
        states = _states(pod, "containerStatuses")
        for spec in pod["spec"]["containers"]:
            if spec["name"] == SIDECAR:
                continue
            state: Object = states.get(spec["name"], {})
            running: Object = state.get("state", {}).get("running") or {}
            found.append(
                Container(
                    component=_name(pod),
                    pod=pod["metadata"]["name"],
                    name=spec["name"],
                    image=spec["image"],
                    running=state.get("imageID", ""),
                    restarts=int(state.get("restartCount", 0)),
                    started=running.get("startedAt", ""),
                )
            )
    return tuple(found)


def sidecars(items: Sequence[Object]) -> tuple[Sidecar, ...]:
    """Judge the sidecar of every pod of the current templates, also where there is none."""
    return tuple(_sidecar(pod) for pod in _current(items))


def without_sidecar(items: Sequence[Object], before: str) -> tuple[str, ...]:
    """Name the Deployments with a pod that was to have a sidecar and was made without.

    Args:
        items: the release's Deployments, ReplicaSets and pods.
        before: RFC 3339, by the cluster's clock; only pods older than this count.
    """
    sets = {
        owner(pod)
        for pod in _current(items)
        if wants_sidecar(pod)
        and not has_sidecar(pod)
        and pod["metadata"]["creationTimestamp"] < before
    }
    owners = {owner(item) for item in items if item["metadata"]["uid"] in sets}
    return tuple(i["metadata"]["name"] for i in items if i["metadata"]["uid"] in owners)


def wants_sidecar(pod: Object) -> bool:
    """Tell whether a pod, or a template of pods, asks for a sidecar."""
    annotations: Object = pod["metadata"].get("annotations") or {}
    return annotations.get(f"{ANNOTATION}enabled") == "true"


def has_sidecar(pod: Object) -> bool:
    """Tell whether a pod was made with its sidecar."""
    return _sidecar_in(pod, "initContainers") or _sidecar_in(pod, "containers")


def _sidecar_in(pod: Object, kind: str) -> bool:
    return any(container["name"] == SIDECAR for container in pod["spec"].get(kind, []))


def _sidecar(pod: Object) -> Sidecar:
    native = _sidecar_in(pod, "initContainers")
    ordinary = _sidecar_in(pod, "containers")
    # Each kind of container has a status list of its own.
    state = _states(pod, "initContainerStatuses" if native else "containerStatuses").get(
        SIDECAR, {}
    )
    told: Object = pod["metadata"].get("annotations") or {}
    return Sidecar(
        component=_name(pod),
        pod=pod["metadata"]["name"],
        app_id=told.get(f"{ANNOTATION}app-id", ""),
        app_port=told.get(f"{ANNOTATION}app-port", ""),
        health_checked=told.get(f"{ANNOTATION}enable-app-health-check", "") == "true",
        native=native,
        restarts=int(state.get("restartCount", 0)),
        problem=_sidecar_problem(state) if native or ordinary else WITHOUT,
    )


def _sidecar_problem(state: Object) -> str:
    now: Object = state.get("state", {})
    waiting: Object = now.get("waiting") or {}
    if "running" not in now:
        return f"has a {SIDECAR} that does not run: {waiting.get('reason', 'no state yet')}"
    if not (state.get("started") and state.get("ready")):
        return f"has a {SIDECAR} that is not ready"
    return ""


def restarted_since(found: Sequence[Container], since: str) -> tuple[Container, ...]:
    """Pick the containers that were started again after a time.

    A release that changes nothing keeps its pods, and an old restart is not its fault; a container
    that is between two starts is counted, since nothing says when it ended.

    Args:
        found: the containers.
        since: RFC 3339, by the cluster's clock; empty counts every restart.
    """

    def recent(container: Container) -> bool:
        if not (container.restarts and since and container.started):
            return bool(container.restarts)
        return datetime.fromisoformat(container.started) >= datetime.fromisoformat(since)

    return tuple(container for container in found if recent(container))


def _current_sets(items: Sequence[Object]) -> set[str]:
    """Return the ReplicaSets that hold their Deployment's newest template."""
    newest = {
        item["metadata"]["uid"]: item["metadata"].get("annotations", {}).get(_REVISION)
        for item in items
        if item["kind"] == "Deployment"
    }
    return {
        item["metadata"]["uid"]
        for item in items
        if item["kind"] == "ReplicaSet"
        and owner(item) in newest
        and item["metadata"].get("annotations", {}).get(_REVISION) == newest[owner(item)]
    }


def _current(items: Sequence[Object]) -> Iterator[Object]:
    """Pick the pods of the current templates that are there to serve, as their controller does.

    One that was evicted has ended, and stays to be looked at; another has taken its place.
    """
    current = _current_sets(items)
    for pod in items:
        if pod["kind"] != "Pod" or "deletionTimestamp" in pod["metadata"]:
            continue
        if pod["status"].get("phase") in ("Failed", "Succeeded"):
            continue
        if owner(pod) in current:
            yield pod


def _states(pod: Object, kind: str) -> dict[str, Object]:
    return {status["name"]: status for status in pod["status"].get(kind, [])}


def owner(item: Object) -> str:
    """Return the uid of the controller that made an object; empty where a person did."""
    owners: list[Object] = item["metadata"].get("ownerReferences", [])
    return next((owner["uid"] for owner in owners if owner.get("controller")), "")


def _name(item: Object) -> str:
    return item["metadata"].get("labels", {}).get(_COMPONENT, item["metadata"]["name"])
