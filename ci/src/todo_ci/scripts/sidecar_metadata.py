"""Ask the sidecars of a release what they loaded, through the API server's proxy to their pods.

Standard library only; sent into the step's container with the modules it imports. Port 3501 of a
sidecar answers to nothing but its health and its metadata. The answer is one JSON list, one entry
a pod; ``todo_ci.checks.components`` judges it.

    python3 -m scripts.sidecar_metadata --namespace NAME \
        --selector app.kubernetes.io/instance=NAME
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .daprd_log import app_is_unhealthy, complaints, missing_topic
from .kubectl import Kubectl

Object = dict[str, Any]

NAME = "daprd"
PUBLIC_PORT = 3501
# A sidecar says why it could not load something when it starts; a long log has that at its head.
HEAD = ("--limit-bytes=300000",)
TAIL = ("--tail=500",)
# What it tries again every second, it said within these where it still fails.
LATELY = ("--since=10s", "--tail=500")
COMPLAINTS = 20


def ask(kube: Kubectl, pod: str, path: str) -> "tuple[str, str]":
    """Ask a sidecar's public port."""
    place = f"/api/v1/namespaces/{kube.namespace}/pods/{pod}:{PUBLIC_PORT}/proxy/v1.0/{path}"
    return kube.run("get", "--raw", place)


def log(kube: Kubectl, pod: str, *which: str) -> str:
    """Return a part of a sidecar's log."""
    return kube.run("logs", pod, "--container", NAME, *which)[0]


def asked(pods: Sequence[Object]) -> "list[str]":
    """Name the pods of a ReplicaSet that have a sidecar and are not on their way out."""
    return [
        pod["metadata"]["name"]
        for pod in pods
        if "deletionTimestamp" not in pod["metadata"]
        and any(o["kind"] == "ReplicaSet" for o in pod["metadata"].get("ownerReferences", []))
        and any(
            container["name"] == NAME
            for kind in ("containers", "initContainers")
            for container in pod["spec"].get(kind, [])
        )
    ]


def answer(kube: Kubectl, pod: str, tries: int, pause: float) -> Object:
    """Ask one sidecar until it is ready and finds its app healthy, and say what it answered."""
    said: Object = {}
    for number in range(1, tries + 1):
        _, not_ready = ask(kube, pod, "healthz")
        unhealthy = app_is_unhealthy(log(kube, pod, *TAIL))
        text, error = ask(kube, pod, "metadata")
        said = {
            "pod": pod,
            "tries": number,
            "not_ready": not_ready[:400],
            "app_unhealthy": unhealthy,
            "metadata": _parsed(text),
            "error": error[:400],
        }
        if not (not_ready or unhealthy or error) or number == tries:
            break
        time.sleep(pause)
    reads = said["metadata"].get("subscriptions")
    return {
        **said,
        "complaints": complaints(log(kube, pod, *HEAD))[:COMPLAINTS],
        "missing_topic": missing_topic(log(kube, pod, *LATELY)) if reads else "",
    }


def _parsed(text: str) -> Object:
    try:
        value: Object = json.loads(text)
    except ValueError:
        return {}
    return value


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Print the answers as one JSON list."""
    parser = argparse.ArgumentParser(description="Ask the sidecars of a release.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--selector", required=True)
    parser.add_argument("--tries", type=int, default=1)
    parser.add_argument("--pause", type=float, default=1.0)
    given = parser.parse_args(arguments)
    kube = Kubectl(given.namespace)
    listed, error = kube.run("get", "pods", "--selector", given.selector, "--output", "json")
    if error:
        print(error, file=sys.stderr)
        return 1
    names = asked(json.loads(listed)["items"])
    with ThreadPoolExecutor(max_workers=8) as pool:
        asking = [pool.submit(answer, kube, name, given.tries, given.pause) for name in names]
        print(json.dumps([answered.result() for answered in asking]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
