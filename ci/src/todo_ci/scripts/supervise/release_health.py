"""Judge snapshots of a release from what kubectl prints: pure, standard library only.

Sent into the step's container beside ``watch.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..kube_objects import Generation, Object, deployment_of, is_ready, new_pods, owner, revision
from ..pod_problems import (
    Problem,
    describe,
    failed_job,
    first_unready,
    has_failed,
    problems,
    unmade,
)

DEADLINE_MARGIN = 4.0  # seconds before a Deployment's own deadline
SUSPECT_AFTER = 4.0  # seconds without readiness after which evidence is kept


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
        """Return what will not recover by itself, or None while there is hope."""
        job = failed_job(items, self.baseline)
        if job is not None:
            return job
        seen = [
            *unmade(items, self.baseline),
            *(
                (pod["metadata"]["uid"], problem)
                for pod in new_pods(items, self.baseline)
                for problem in problems(pod)
            ),
        ]
        current = {(uid, problem.container) for uid, problem in seen}
        self._since = {key: self._since.get(key, now) for key in current}
        for uid, problem in seen:
            if now - self._since[uid, problem.container] >= problem.patience:
                return problem
        return self._stalled(items, now)

    def _stalled(self, items: Sequence[Object], now: float) -> Problem | None:
        """Return a pod that keeps its Deployment from going on, a moment before the deadline.

        Behind the deadline the Deployment is marked as failed, and helm's return, which reads that
        mark before the controller has cleared it, would fail as well.
        """
        for pod in new_pods(items, self.baseline):
            deployment = deployment_of(pod, items)
            if deployment is None or is_ready(pod):
                continue
            uid, status = deployment["metadata"]["uid"], deployment["status"]
            counts = ("updatedReplicas", "readyReplicas", "availableReplicas")
            stage = f"{[status.get(count, 0) for count in counts]} {revision(deployment)}"
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


def progress(items: Sequence[Object], baseline: frozenset[Generation]) -> str:
    """Say how many pods of each Deployment are ready."""
    fresh = new_pods(items, baseline)
    parts: list[str] = []
    for item in items:
        if item["kind"] != "Deployment":
            continue
        uid = item["metadata"]["uid"]
        owned = {
            i["metadata"]["uid"] for i in items if i["kind"] == "ReplicaSet" and owner(i) == uid
        }
        ready = sum(is_ready(pod) for pod in fresh if owner(pod) in owned)
        if not any(owner(pod) in owned for pod in fresh):
            ready = item["status"].get("readyReplicas", 0)
        name = item["metadata"].get("labels", {}).get("app.kubernetes.io/component")
        parts.append(f"{name or item['metadata']['name']} {ready}/{item['spec']['replicas']} ready")
    return ", ".join(parts)


def _deadline(deployment: Object) -> float:
    return float(deployment["spec"].get("progressDeadlineSeconds", 600)) - DEADLINE_MARGIN
