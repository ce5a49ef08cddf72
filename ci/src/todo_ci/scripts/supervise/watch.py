"""Run helm, and end its wait as soon as the release can no longer become ready.

Helm waits until its timeout even where the kubelet has long said why a pod cannot start, and its
own return then removes the pod with its logs. This program polls the release's pods beside helm.
It writes what it saw to an evidence file first, TERMs helm second, and waits for helm's own return.

It is sent into the step's container with the modules it imports, standard library only:

    python3 -m scripts.supervise.watch --namespace NAME \
        --selector app.kubernetes.io/instance=NAME --evidence evidence.json -- helm upgrade ...
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ..kube_objects import Object, generations
from ..pod_problems import PATIENCE, Problem, podless_jobs
from .child import Child
from .release_health import SUSPECT_AFTER, Judge, progress
from .release_reader import ReleaseReader

REFRESH = 6.0
# Before helm: an API server that is just being started again answers a moment later.
FIRST_TRIES = 3


class Watch:
    """Run one helm command under watch."""

    def __init__(self, release: ReleaseReader, evidence: Path, interval: float) -> None:
        """Prepare to run; nothing starts yet."""
        self._release = release
        self._evidence = evidence
        self._interval = interval
        self._kept: dict[str, Object] = {}
        self._kept_at: dict[str, float] = {}
        self._podless: dict[str, float] = {}

    def run(self, command: Sequence[str]) -> int:
        """Run helm to its end and return its exit code."""
        before = self._first_snapshot()
        if before is None:
            why = self._release.unanswered
            print(f"watch: cannot read the pods of the release: {why}", file=sys.stderr)
            return 1
        judge = Judge(generations(before))
        started = time.monotonic()
        child = Child(command)
        judged, said, said_at = False, "", 0.0
        while not child.ended_within(self._interval):
            items = None if judged or child.told_to_end else self._release.snapshot()
            if items is None:
                continue
            now = time.monotonic() - started
            line = progress(items, judge.baseline)
            if line != said or now - said_at >= 10:
                said, said_at = line, now
                print(f"watch: {line}, {now:.0f} s", file=sys.stderr, flush=True)
            failing = judge.failing(items, now) or self._refused(judge, items, now)
            if failing is not None and child.runs:
                judged = True
                self._condemn(failing, items, now)
                child.end()
            else:
                self._keep(judge.suspects(items, now), now)
        code = child.exit_code()
        if code and not (judged or child.told_to_end):
            now = time.monotonic() - started
            # What failed within one interval (a migration Job) is still there to be read.
            self._keep(judge.suspects(self._release.snapshot() or [], now + SUSPECT_AFTER), now)
            self._write("helm gave up", now)
        return code

    def _first_snapshot(self) -> "list[Object] | None":
        """Return what there is before helm, asked for a few times where there is no answer."""
        for _ in range(FIRST_TRIES - 1):
            if (items := self._release.snapshot()) is not None:
                return items
            time.sleep(self._interval)
        return self._release.snapshot()

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

    def _keep(self, pods: Sequence[Object], now: float) -> None:
        """Keep evidence of pods that may be gone when helm gives up."""
        for pod in pods:
            name = pod["metadata"]["name"]
            if now - self._kept_at.get(name, -REFRESH) >= REFRESH:
                self._kept_at[name] = now
                self._kept[name] = self._release.evidence(pod)

    def _condemn(self, failing: Problem, items: Sequence[Object], now: float) -> None:
        seen = self._release.about(failing, items)
        if seen is not None:
            self._kept = {failing.pod: seen}
        reason = ": ".join(
            filter(None, (failing.where, failing.reason, (seen or {}).get("said", "")))
        )
        print(f"watch: {reason}; ending helm's wait", file=sys.stderr, flush=True)
        self._write(reason, now)

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
