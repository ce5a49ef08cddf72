"""Read a release through kubectl, with the evidence of what fails in it: standard library only."""

import json
from collections.abc import Sequence

from ..daprd_log import reason as last_complaint
from ..kube_objects import Object
from ..kubectl import Kubectl
from ..pod_problems import SIDECARS, Problem, describe, first_unready

LOG_LINES = 20
EVENTS = 10
CHARACTERS = 4000


class ReleaseReader:
    """Read the release through kubectl; what cannot be read is empty, and read again later."""

    def __init__(self, namespace: str, selector: str) -> None:
        """Bind to one release."""
        self._kube = Kubectl(namespace, request_timeout=5, timeout=8)
        self._selector = selector
        self.unanswered = ""
        """Why the last snapshot could not be read."""

    def snapshot(self) -> list[Object] | None:
        """Return the Deployments, ReplicaSets, Jobs and Pods of the release."""
        kinds = "deployments,replicasets,jobs,pods"
        text, self.unanswered = self._kube.run(
            "get", kinds, "--selector", self._selector, "--output", "json"
        )
        return json.loads(text)["items"] if text and not self.unanswered else None

    def evidence(self, pod: Object, container: str = "") -> Object:
        """Return what is known about a pod: its state, events and last log lines."""
        name = pod["metadata"]["name"]
        container = container or first_unready(pod)
        log = self._kube.logs(name, container, LOG_LINES)
        previous = self._kube.logs(name, container, LOG_LINES, "--previous")
        return {
            "pod": name,
            "container": container,
            "reason": describe(pod)[:CHARACTERS],
            # Why a sidecar ended is in its log alone.
            "said": last_complaint(log or previous) if container in SIDECARS else "",
            "events": self.events(f"involvedObject.name={name}"),
            "log": log[-CHARACTERS:],
            "previous_log": previous[-CHARACTERS:],
        }

    def about(self, failing: Problem, items: Sequence[Object]) -> Object | None:
        """Return the evidence of a problem, also where it is that there is no pod."""
        for pod in items:
            if pod["kind"] == "Pod" and pod["metadata"]["name"] == failing.pod:
                return self.evidence(pod, failing.container)
        if not failing.pod:
            return None
        return {
            "pod": failing.pod,
            "container": "",
            "reason": failing.reason,
            "said": failing.message[:CHARACTERS],
            "events": self.events(f"involvedObject.name={failing.pod}"),
            "log": "",
            "previous_log": "",
        }

    def events(self, selector: str) -> list[str]:
        """Return the last events that a field selector picks."""
        text = self._kube.read("get", "events", "--field-selector", selector, "--output", "json")
        items: list[Object] = json.loads(text)["items"] if text else []
        items.sort(key=lambda e: e.get("lastTimestamp") or e.get("eventTime") or "")
        return [
            f"{e.get('type', '')} {e.get('reason', '')}: {e.get('message', '')}"[:400]
            for e in items[-EVENTS:]
        ]

    def refusal(self, job: Object) -> str:
        """Return why the API server refuses the pod of a Job, or an empty string."""
        uid = job["metadata"]["uid"]
        said = self.events(f"involvedObject.uid={uid},reason=FailedCreate")
        return said[-1].partition(": ")[2] if said else ""
