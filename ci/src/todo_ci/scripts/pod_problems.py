"""Say why a pod does not run, or is not even made: pure, standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass

from .kube_objects import (  # fmt: skip
    Generation,
    Object,
    condition,
    generations,
    owner,
    part,
    statuses,
)

# Seconds a reason has to last before it counts. A first pull may fail, of a registry that has no
# time or a node that has not read the login yet: the kubelet tries again after a pause of 10 s.
# CrashLoopBackOff needs no patience, since the kubelet says so only after the second crash.
PATIENCE: dict[str, float] = {
    "CrashLoopBackOff": 0,
    "InvalidImageName": 0,
    "ErrImageNeverPull": 0,
    "CreateContainerConfigError": 3,
    "CreateContainerError": 5,
    "RunContainerError": 5,
    "ErrImagePull": 13,
    "ImagePullBackOff": 13,
    "FailedCreate": 3,
}
SIDECARS = frozenset({"daprd"})
# A sidecar ends itself while a broker or database is away, and comes back with it: it gets one
# start more than the kubelet's first pause of 10 s.
SIDECAR_CRASHES = 12.0
RESTARTS = 2  # so many restarts of an app's container are a crash loop, whatever it does in between


@dataclass(frozen=True)
class Problem:
    """Say which container of which pod cannot start, and what the kubelet calls it.

    Args:
        pod: the pod, or what should have made one.
        container: empty where there is no pod.
        reason: in the kubelet's or the controller's word.
        message: what it adds.
    """

    pod: str
    container: str
    reason: str
    message: str = ""

    @property
    def where(self) -> str:
        """Name the pod, and the container where there is one."""
        return f"{self.pod} {self.container}".strip()

    @property
    def patience(self) -> float:
        """Return the seconds it has to last before it counts."""
        if self.container in SIDECARS and self.reason == "CrashLoopBackOff":
            return SIDECAR_CRASHES
        return PATIENCE.get(self.reason, 0)


def problems(pod: Object) -> list[Problem]:
    """Return what keeps the containers of a pod from running."""
    found: list[Problem] = []
    for status in statuses(pod):
        state, restarts = part(status, "state"), status.get("restartCount", 0)
        waiting, ended = part(state, "waiting"), part(state, "terminated")
        reason = waiting.get("reason", "")
        if reason in PATIENCE:
            message = waiting.get("message", "")
        elif restarts and ended.get("exitCode"):
            # The moment before the kubelet calls it so: the second crash already happened.
            reason, message = "CrashLoopBackOff", f"crashed again, exit {ended['exitCode']}"
        elif restarts >= RESTARTS and status["name"] not in SIDECARS:
            reason, message = "CrashLoop", f"restarted {restarts} times"
        else:
            continue
        found.append(Problem(pod["metadata"]["name"], status["name"], reason, message))
    return found


def unmade(items: Sequence[Object], baseline: frozenset[Generation]) -> list[tuple[str, Problem]]:
    """Return the new ReplicaSets whose pods the API server refuses, each with its uid.

    So it goes where a webhook that must not be left out is away, or a quota is full.
    """
    found: list[tuple[str, Problem]] = []
    for item in _fresh(items, "ReplicaSet", baseline):
        refused = condition(item, "ReplicaFailure")
        if refused is not None:
            reason, message = refused.get("reason", ""), refused.get("message", "")
            problem = Problem(item["metadata"]["name"], "", reason, message)
            found.append((item["metadata"]["uid"], problem))
    return found


def podless_jobs(items: Sequence[Object], baseline: frozenset[Generation]) -> list[Object]:
    """Return the new Jobs that have no pod yet; only their events tell why, no condition does."""
    counts = ("active", "succeeded", "failed")
    return [
        item
        for item in _fresh(items, "Job", baseline)
        if not any(item.get("status", {}).get(count) for count in counts)
    ]


def failed_job(items: Sequence[Object], baseline: frozenset[Generation]) -> Problem | None:
    """Return the first new Job that gave up, with the pod that shows why."""
    for item in _fresh(items, "Job", baseline):
        failed = condition(item, "Failed") or condition(item, "FailureTarget")
        if failed is None:
            continue
        owned = [p for p in items if p["kind"] == "Pod" and owner(p) == item["metadata"]["uid"]]
        name = owned[-1]["metadata"]["name"] if owned else ""
        container = first_unready(owned[-1]) if owned else ""
        reason = f"Job {item['metadata']['name']} failed: {failed.get('reason', '')}"
        return Problem(name, container, reason, failed.get("message", ""))
    return None


def has_failed(pod: Object) -> bool:
    """Tell whether any container of a pod ended badly or cannot start."""
    ended = (
        part(state, "terminated").get("exitCode", 0)
        for status in statuses(pod)
        for state in (status.get("state", {}), status.get("lastState", {}))
    )
    return any(ended) or bool(problems(pod))


def describe(pod: Object) -> str:
    """Say in a few words why a pod is not ready."""
    for problem in problems(pod):
        return f"{problem.container}: {problem.reason} {problem.message}".strip()
    for status in statuses(pod):
        for state in (status.get("state", {}), status.get("lastState", {})):
            ended = state.get("terminated")
            if ended and ended.get("exitCode"):
                return f"{status['name']}: {ended.get('reason', '')}, exit {ended['exitCode']}"
    for seen in pod["status"].get("conditions", []):
        if seen["status"] == "False":
            text = f"{seen.get('reason', '')}: {seen.get('message', '')}"
            return f"{seen['type']} is False, {text}"
    return str(pod["status"].get("phase", "Unknown"))


def first_unready(pod: Object) -> str:
    """Name the container to look at: the app's, unless it waits for a sidecar that fails."""
    unready = [
        status
        for status in statuses(pod)
        if not status.get("ready")
        and part(part(status, "state"), "terminated").get("exitCode") != 0
    ]
    started = [s for s in unready if _reason(s) != "PodInitializing"]
    app = [s["name"] for s in started if s["name"] not in SIDECARS]
    named = [*app, *(s["name"] for s in started), *(s["name"] for s in unready)]
    return named[0] if named else pod["spec"]["containers"][0]["name"]


def _reason(status: Object) -> str:
    return part(part(status, "state"), "waiting").get("reason", "")


def _fresh(items: Sequence[Object], kind: str, baseline: frozenset[Generation]) -> list[Object]:
    return [i for i in items if i["kind"] == kind and not generations([i]) <= baseline]
