"""Restart Deployments and wait until they serve again: standard library only.

The wait ends as soon as a new pod cannot start by itself any more, as a release's does. It is sent
beside the program that uses it, or as a step of its own:

    python3 -m scripts.restart --namespace NAME --timeout 60 deployment/NAME
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence

from .kube_objects import Object, generations, owner
from .kubectl import Kubectl, KubectlError, kubectl
from .supervise.release_health import Judge

# What it is made of, for a step that brings it along.
SOURCES = (
    "restart.py", "kubectl.py", "kube_objects.py", "pod_problems.py", "supervise/release_health.py",
)  # fmt: skip
MARK_SECONDS = 15  # shorter than any Deployment may take
LOOK_SECONDS = 2.0


def restart(namespace: str, deployments: "Sequence[str]", timeout: int) -> None:
    """Make their pods anew, the new ones before the old ones go, and wait for them.

    Args:
        namespace: where they are.
        deployments: as kubectl names them, ``deployment/NAME`` or ``deployment.apps/NAME``.
        timeout: seconds that each may take.

    Raises:
        KubectlError: naming the one that does not come back, and why.
    """
    health = _Health(namespace, deployments)
    for deployment in deployments:
        _rollout(namespace, "restart", deployment)
    for deployment in deployments:
        _await(namespace, deployment, timeout, health)


class _Health:
    """Tell which new pod of some Deployments will not start by itself."""

    def __init__(self, namespace: str, deployments: "Sequence[str]") -> None:
        self._kube = Kubectl(namespace, request_timeout=5, timeout=8)
        self._names = {deployment.rpartition("/")[2] for deployment in deployments}
        self._judge = Judge(generations(self._owned()))

    def problem(self) -> str:
        """Say which, and what the kubelet calls it; empty while there is hope."""
        found = self._judge.failing(self._owned(), time.monotonic())
        if found is None:
            return ""
        return ": ".join(filter(None, (found.where, found.reason, found.message)))

    def _owned(self) -> "list[Object]":
        """Return the Deployments and what they made; nothing where it cannot be read."""
        text = self._kube.read("get", "deployments,replicasets,pods", "--output", "json")
        items: list[Object] = json.loads(text)["items"] if text else []
        found = [
            item
            for item in items
            if item["kind"] == "Deployment" and item["metadata"]["name"] in self._names
        ]
        for kind in ("ReplicaSet", "Pod"):
            owners = {item["metadata"]["uid"] for item in found}
            found += [item for item in items if item["kind"] == kind and owner(item) in owners]
        return found


def _await(namespace: str, deployment: str, timeout: int, health: _Health) -> None:
    # For a moment a Deployment still carries the mark that its last rollout took too long.
    believed = time.monotonic() + MARK_SECONDS
    while True:
        try:
            _status(namespace, deployment, timeout, health)
        except KubectlError as error:
            if "progress deadline" not in str(error) or time.monotonic() > believed:
                raise
            time.sleep(1)
        else:
            return


def _status(namespace: str, deployment: str, timeout: int, health: _Health) -> None:
    """Have kubectl wait, and end it for what will not come."""
    arguments = ("rollout", "status", deployment, f"--timeout={timeout}s")
    with subprocess.Popen(
        ["kubectl", "--namespace", namespace, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
    ) as waiting:  # fmt: skip
        while True:
            try:
                _, said = waiting.communicate(timeout=LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                problem = health.problem()
                if problem:
                    waiting.kill()
                    raise KubectlError(f"{deployment}: {problem}") from None
    if waiting.returncode:
        raise KubectlError(f"kubectl rollout status {deployment}: {said.strip()}")


def _rollout(namespace: str, verb: str, deployment: str) -> None:
    try:
        kubectl("--namespace", namespace, "rollout", verb, deployment)
    except KubectlError as error:
        raise KubectlError(f"kubectl rollout {verb} {deployment}: {error}") from None


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Restart Deployments, and wait for them.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--timeout", type=int, required=True, help="seconds that each may take")
    parser.add_argument("deployments", nargs="+")
    given = parser.parse_args(arguments)
    try:
        restart(given.namespace, given.deployments, given.timeout)
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
