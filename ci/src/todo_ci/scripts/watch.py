"""Run helm, and end its wait as soon as the release can no longer become ready.

Helm waits until its timeout even where the kubelet has long said why a pod cannot start, and its
own return then removes the pod with its logs. This program polls the release's pods beside helm.
It writes what it saw to an evidence file first, TERMs helm second, and waits for helm's own return.

It is sent into the step's container with the modules it imports, standard library only:

    python3 -m scripts.watch --namespace todo --selector app.kubernetes.io/instance=todo-app \
        --evidence evidence.json -- helm upgrade ...
"""

import argparse
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from .child import start
from .daprd_log import reason as last_complaint
from .kube_objects import Object, generations
from .kubectl import Kubectl
from .pod_problems import PATIENCE, SIDECARS, Problem, describe, first_unready, podless_jobs
from .release_health import SUSPECT_AFTER, Judge, progress

REFRESH = 6.0
LOG_LINES = 20
EVENTS = 10
CHARACTERS = 4000


class ReleaseReader:
    """Read the release through kubectl; what cannot be read is empty, and read again later."""

    def __init__(self, namespace: str, selector: str) -> None:
        """Bind to one release."""
        self._kube = Kubectl(namespace, request_timeout=5, timeout=8)
        self._selector = selector

    def snapshot(self) -> list[Object] | None:
        """Return the Deployments, ReplicaSets, Jobs and Pods of the release."""
        kinds = "deployments,replicasets,jobs,pods"
        text = self._kube.read("get", kinds, "--selector", self._selector, "--output", "json")
        return json.loads(text)["items"] if text else None

    def evidence(self, pod: Object, container: str = "") -> Object:
        """Return what is known about a pod: its state, events and last log lines."""
        name = pod["metadata"]["name"]
        container = container or first_unready(pod)
        command = ("logs", name, "--container", container, f"--tail={LOG_LINES}")
        log = self._kube.read(*command) or ""
        previous = self._kube.read(*command, "--previous") or ""
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


class Watch:
    """Run one helm command under watch."""

    def __init__(self, release: ReleaseReader, evidence: Path, interval: float) -> None:
        """Prepare to run; nothing starts yet."""
        self._release = release
        self._evidence = evidence
        self._interval = interval
        self._child: subprocess.Popen[bytes] | None = None
        self._told_to_end = False
        self._kept: dict[str, Object] = {}
        self._kept_at: dict[str, float] = {}
        self._podless: dict[str, float] = {}

    def run(self, command: Sequence[str]) -> int:
        """Run helm to its end and return its exit code."""
        before = self._release.snapshot()
        if before is None:
            print("watch: cannot read the pods of the release", file=sys.stderr)
            return 1
        judge = Judge(generations(before))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._pass_on)
        started = time.monotonic()
        self._child = start(command)
        if self._told_to_end:  # while it was being started
            self._child.terminate()
        judged, said, said_at = False, "", 0.0
        while not self._ended(self._child):
            items = None if judged or self._told_to_end else self._release.snapshot()
            if items is None:
                continue
            now = time.monotonic() - started
            line = progress(items, judge.baseline)
            if line != said or now - said_at >= 10:
                said, said_at = line, now
                print(f"watch: {line}, {now:.0f} s", file=sys.stderr, flush=True)
            failing = judge.failing(items, now) or self._refused(judge, items, now)
            if failing is not None and self._child.poll() is None:
                judged = True
                self._end(failing, items, now)
            else:
                self._keep(judge.suspects(items, now), now)
        code = self._child.wait()
        if code and not (judged or self._told_to_end):
            now = time.monotonic() - started
            # What failed within one interval (a migration Job) is still there to be read.
            self._keep(judge.suspects(self._release.snapshot() or [], now + SUSPECT_AFTER), now)
            self._write("helm gave up", now)
        return code if code >= 0 else 128 - code

    def _refused(self, judge: Judge, items: Sequence[Object], now: float) -> Problem | None:
        """Return a Job whose pod the API server has refused for some seconds."""
        waiting = podless_jobs(items, judge.baseline)
        kept = self._podless
        self._podless = {uid: kept.get(uid, now) for uid in (j["metadata"]["uid"] for j in waiting)}
        for job in waiting:
            if now - self._podless[job["metadata"]["uid"]] >= PATIENCE["FailedCreate"]:
                said = self._release.refusal(job)
                if said:
                    return Problem(job["metadata"]["name"], "", "FailedCreate", said)
        return None

    def _ended(self, child: "subprocess.Popen[bytes]") -> bool:
        try:
            child.wait(self._interval)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _pass_on(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_end = True
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def _keep(self, pods: Sequence[Object], now: float) -> None:
        """Keep evidence of pods that may be gone when helm gives up."""
        for pod in pods:
            name = pod["metadata"]["name"]
            if now - self._kept_at.get(name, -REFRESH) >= REFRESH:
                self._kept_at[name] = now
                self._kept[name] = self._release.evidence(pod)

    def _end(self, failing: Problem, items: Sequence[Object], now: float) -> None:
        seen = self._release.about(failing, items)
        if seen is not None:
            self._kept = {failing.pod: seen}
        where = f"{failing.pod} {failing.container}".strip()
        reason = ": ".join(filter(None, (where, failing.reason, (seen or {}).get("said", ""))))
        print(f"watch: {reason}; ending helm's wait", file=sys.stderr, flush=True)
        self._write(reason, now)
        if self._child is not None:
            self._child.terminate()

    def _write(self, reason: str, seconds: float) -> None:
        content = {
            "reason": reason,
            "seconds": round(seconds, 1),
            "pods": list(self._kept.values()),
        }
        self._evidence.write_text(json.dumps(content))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Run helm; end its wait when a pod cannot start.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--selector", required=True)
    parser.add_argument("--evidence", type=Path, required=True)
    parser.add_argument("--interval", type=float, default=1.5)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args(arguments)
    release = ReleaseReader(given.namespace, given.selector)
    return Watch(release, given.evidence, given.interval).run(given.command)


if __name__ == "__main__":
    sys.exit(main())
