"""Collect what the pods of a release say: their logs, their events, their health.

Standard library only; sent into a step's container. It reads, and changes nothing. The answer is
one JSON object; ``todo_ci.diagnosis.causes`` judges it.

    python3 -m scripts.collect_logs --namespace NAME --selector app.kubernetes.io/instance=NAME
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .kubectl import Kubectl

Object = dict[str, Any]

CHARACTERS = 20_000
EVENTS = 10


def items(kube: Kubectl, *arguments: str) -> "list[Object]":
    """Return the items of a list; none where it cannot be read."""
    text, _ = kube.run("get", *arguments, "--output=json")
    return json.loads(text)["items"] if text else []


def pod_says(kube: Kubectl, pod: Object, lines: int, health: "dict[str, str]") -> Object:
    """Return the logs and the health of one pod."""
    name = pod["metadata"]["name"]
    spec = pod["spec"]
    containers = [c["name"] for c in (*spec["containers"], *spec.get("initContainers", []))]
    place = health.get(pod["metadata"].get("labels", {}).get("app.kubernetes.io/component", ""), "")
    text = ""
    if place:
        port, _, path = place.partition("/")
        pods = f"/api/v1/namespaces/{kube.namespace}/pods"
        text, _ = kube.run("get", "--raw", f"{pods}/{name}:{port}/proxy/{path}")
    return {
        "pod": name,
        "health": _parsed(text),
        "containers": [
            {
                "name": container,
                "log": kube.logs(name, container, lines)[-CHARACTERS:],
                "previous": kube.logs(name, container, lines, "--previous")[-CHARACTERS:],
            }
            for container in containers
        ],
    }


def events_of(events: "Sequence[Object]") -> "dict[str, list[str]]":
    """Return the last events of each object, by its name."""
    found: dict[str, list[str]] = {}
    for event in sorted(events, key=lambda e: e.get("lastTimestamp") or e.get("eventTime") or ""):
        text = f"{event.get('type')} {event.get('reason')}: {event.get('message', '')}"[:600]
        found.setdefault(event["involvedObject"]["name"], []).append(text)
    return {name: texts[-EVENTS:] for name, texts in found.items()}


def _parsed(text: str) -> Object:
    try:
        value: Object = json.loads(text)
    except ValueError:
        return {}
    return value


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Print what was found as one JSON object."""
    parser = argparse.ArgumentParser(description="Collect what the pods of a release say.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--selector", required=True)
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--health", action="append", default=[], metavar="COMPONENT=PORT/PATH")
    given = parser.parse_args(arguments)
    health = dict(place.split("=", 1) for place in given.health)
    kube = Kubectl(given.namespace)
    pods = items(kube, "pods", "--selector", given.selector)
    running = [pod for pod in pods if pod["status"].get("phase") != "Succeeded"]
    with ThreadPoolExecutor(max_workers=8) as pool:
        events = pool.submit(items, kube, "events")
        asking = [pool.submit(pod_says, kube, pod, given.lines, health) for pod in running]
        answer = {
            "events": events_of(events.result()),
            "pods": [asked.result() for asked in asking],
        }
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
