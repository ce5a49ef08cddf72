"""Judge the pods of a release from what kubectl prints: pure, standard library only.

Sent into the step's container beside ``watch.py``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]
Generation = tuple[str, str]

# Seconds a reason has to last before it counts: a first pull may fail and succeed a moment later.
# CrashLoopBackOff needs no patience, since the kubelet says so only after the second crash.
PATIENCE: dict[str, float] = {
    "CrashLoopBackOff": 0,
    "InvalidImageName": 0,
    "ErrImageNeverPull": 0,
    "CreateContainerConfigError": 3,
    "CreateContainerError": 5,
    "RunContainerError": 5,
    "ErrImagePull": 6,
    "ImagePullBackOff": 6,
}
RESTARTS = 2  # so many restarts of one container are a crash loop, whatever it does in between
SIDECARS = frozenset({"daprd"})  # may restart while a broker is away; the deadline judges them
DEADLINE_MARGIN = 4.0  # seconds before a Deployment's own deadline
SUSPECT_AFTER = 4.0  # seconds without readiness after which evidence is kept


@dataclass(frozen=True)
class Problem:
    """Say which container of which pod cannot start, and what the kubelet calls it."""

    pod: str
    container: str
    reason: str
    message: str = ""


@dataclass
class Judge:
    """Judge snapshots of the release, one after the other.

    Args:
        baseline: generations that were there before; an old broken pod fails no repair.
    """

    baseline: frozenset[Generation]
    _since: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    _progress: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])
    _first_seen: dict[str, float] = field(default_factory=dict[str, float])

    def failing(self, items: Sequence[Object], now: float) -> Problem | None:
        """Return what will not heal by itself, or None while there is hope."""
        job = failed_job(items, self.baseline)
        if job is not None:
            return job
        current: set[tuple[str, str]] = set()
        for pod in new_pods(items, self.baseline):
            for problem in problems(pod):
                key = (pod["metadata"]["uid"], problem.container)
                current.add(key)
                since = self._since.setdefault(key, now)
                if now - since >= PATIENCE.get(problem.reason, 0):
                    return problem
        self._since = {key: at for key, at in self._since.items() if key in current}
        return self._stalled(items, now)

    def _stalled(self, items: Sequence[Object], now: float) -> Problem | None:
        """Return a pod that keeps its Deployment from going on, a moment before the deadline.

        Behind the deadline the Deployment is marked as failed, and helm's return, which reads that
        mark before the controller has cleared it, would fail as well.
        """
        for pod in new_pods(items, self.baseline):
            deployment = _deployment_of(pod, items)
            if deployment is None or is_ready(pod):
                continue
            uid, status = deployment["metadata"]["uid"], deployment["status"]
            counts = ("updatedReplicas", "readyReplicas", "availableReplicas")
            stage = f"{[status.get(count, 0) for count in counts]} {_revision(deployment)}"
            before, since = self._progress.get(uid, ("", now))
            if before != stage:
                self._progress[uid] = (stage, now)
            elif now - since >= _deadline(deployment):
                reason = f"not ready for {now - since:.0f} s"
                return Problem(pod["metadata"]["name"], first_unready(pod), reason, describe(pod))
        return None

    def suspects(self, items: Sequence[Object], now: float) -> list[Object]:
        """Return new pods that failed, or that have not been ready for some seconds."""
        found: list[Object] = []
        for pod in new_pods(items, self.baseline):
            first = self._first_seen.setdefault(pod["metadata"]["uid"], now)
            if not is_ready(pod) and (has_failed(pod) or now - first >= SUSPECT_AFTER):
                found.append(pod)
        return found


def generations(items: Iterable[Object]) -> frozenset[Generation]:
    """Name every ReplicaSet in its present role, and every Job.

    A return to an old template reuses its ReplicaSet under a new revision, so the uid alone would
    not tell old from new.
    """
    return frozenset(
        (item["metadata"]["uid"], _revision(item))
        for item in items
        if item["kind"] in ("ReplicaSet", "Job")
    )


def new_pods(items: Sequence[Object], baseline: frozenset[Generation]) -> list[Object]:
    """Return the pods that belong to a ReplicaSet or Job of this release."""
    fresh = {uid for uid, _ in generations(items) - baseline}
    return [item for item in items if item["kind"] == "Pod" and _owner(item) in fresh]


def problems(pod: Object) -> list[Problem]:
    """Return what keeps the containers of a pod from running."""
    found: list[Problem] = []
    for status in _statuses(pod):
        if status["name"] in SIDECARS:
            continue
        state, restarts = _part(status, "state"), status.get("restartCount", 0)
        waiting, ended = _part(state, "waiting"), _part(state, "terminated")
        reason = waiting.get("reason", "")
        if reason in PATIENCE:
            message = waiting.get("message", "")
        elif restarts and ended.get("exitCode"):
            # The moment before the kubelet calls it so: the second crash already happened.
            reason, message = "CrashLoopBackOff", f"crashed again, exit {ended['exitCode']}"
        elif restarts >= RESTARTS:
            reason, message = "CrashLoop", f"restarted {restarts} times"
        else:
            continue
        found.append(Problem(pod["metadata"]["name"], status["name"], reason, message))
    return found


def failed_job(items: Sequence[Object], baseline: frozenset[Generation]) -> Problem | None:
    """Return the first new Job that gave up, with the pod that shows why."""
    for item in items:
        fresh = item["kind"] == "Job" and (item["metadata"]["uid"], "") not in baseline
        failed = _condition(item, "Failed") or _condition(item, "FailureTarget") if fresh else None
        if failed is None:
            continue
        owned = [p for p in items if p["kind"] == "Pod" and _owner(p) == item["metadata"]["uid"]]
        name = owned[-1]["metadata"]["name"] if owned else ""
        container = first_unready(owned[-1]) if owned else ""
        reason = f"Job {item['metadata']['name']} failed: {failed.get('reason', '')}"
        return Problem(name, container, reason, failed.get("message", ""))
    return None


def is_ready(pod: Object) -> bool:
    """Tell whether a pod serves, or has done its work."""
    return pod["status"].get("phase") == "Succeeded" or _condition(pod, "Ready") is not None


def has_failed(pod: Object) -> bool:
    """Tell whether any container of a pod ended badly or cannot start."""
    ended = (
        _part(state, "terminated").get("exitCode", 0)
        for status in _statuses(pod)
        for state in (status.get("state", {}), status.get("lastState", {}))
    )
    return any(ended) or bool(problems(pod))


def describe(pod: Object) -> str:
    """Say in a few words why a pod is not ready."""
    for problem in problems(pod):
        return f"{problem.container}: {problem.reason} {problem.message}".strip()
    for status in _statuses(pod):
        for state in (status.get("state", {}), status.get("lastState", {})):
            ended = state.get("terminated")
            if ended and ended.get("exitCode"):
                return f"{status['name']}: {ended.get('reason', '')}, exit {ended['exitCode']}"
    for condition in pod["status"].get("conditions", []):
        if condition["status"] == "False":
            text = f"{condition.get('reason', '')}: {condition.get('message', '')}"
            return f"{condition['type']} is False, {text}"
    return str(pod["status"].get("phase", "Unknown"))


def progress(items: Sequence[Object], baseline: frozenset[Generation]) -> str:
    """Say how many pods of each Deployment are ready."""
    fresh = new_pods(items, baseline)
    parts: list[str] = []
    for item in items:
        if item["kind"] != "Deployment":
            continue
        uid = item["metadata"]["uid"]
        owned = {
            i["metadata"]["uid"] for i in items if i["kind"] == "ReplicaSet" and _owner(i) == uid
        }
        ready = sum(is_ready(pod) for pod in fresh if _owner(pod) in owned)
        if not any(_owner(pod) in owned for pod in fresh):
            ready = item["status"].get("readyReplicas", 0)
        name = item["metadata"].get("labels", {}).get("app.kubernetes.io/component")
        parts.append(f"{name or item['metadata']['name']} {ready}/{item['spec']['replicas']} ready")
    return ", ".join(parts)


def _part(value: Object, key: str) -> Object:
    return value.get(key) or {}


def _statuses(pod: Object) -> list[Object]:
    status = pod["status"]
    return [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]


def first_unready(pod: Object) -> str:
    """Name the container to look at: the first that is neither ready nor done."""
    for status in _statuses(pod):
        finished = _part(_part(status, "state"), "terminated").get("exitCode") == 0
        if not (status.get("ready") or finished or status["name"] in SIDECARS):
            return status["name"]
    return pod["spec"]["containers"][0]["name"]


def _condition(item: Object, name: str) -> Object | None:
    for condition in item.get("status", {}).get("conditions", []):
        if condition["type"] == name and condition["status"] == "True":
            return condition
    return None


def _owner(item: Object) -> str:
    owners: list[Object] = item["metadata"].get("ownerReferences", [])
    return next((owner["uid"] for owner in owners if owner.get("controller")), "")


def _deployment_of(pod: Object, items: Sequence[Object]) -> Object | None:
    by_uid = {item["metadata"]["uid"]: item for item in items}
    found = by_uid.get(_owner(by_uid.get(_owner(pod), pod)))
    return found if found is not None and found["kind"] == "Deployment" else None


def _deadline(deployment: Object) -> float:
    return float(deployment["spec"].get("progressDeadlineSeconds", 600)) - DEADLINE_MARGIN


def _revision(item: Object) -> str:
    annotations: Object = item["metadata"].get("annotations", {})
    return annotations.get("deployment.kubernetes.io/revision", "") if item["kind"] != "Job" else ""
