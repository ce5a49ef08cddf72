"""Show on one screen what of the lab runs."""

import argparse
import json
from dataclasses import asdict, dataclass

from todo_lab import paths
from todo_lab.cluster import api_client, bootstrap, readiness
from todo_lab.services import supervisor


@dataclass(frozen=True)
class Line:
    """Hold one part's state: its name, whether it is well, and what there is to say about it."""

    name: str
    well: bool
    detail: str


def run(args: argparse.Namespace) -> int:
    """Print the state of every part; the exit code is 0 only when all are well."""
    lines = collect()
    if getattr(args, "json", False):
        print(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        print(table(lines))
    return 0 if all(line.well for line in lines) else 1


def collect() -> list[Line]:
    """Return the lines: processes, node, gateway, pods."""
    return [*map(_service, bootstrap.SERVICES), _node(), _gateway(), *_pods()]


def table(lines: list[Line]) -> str:
    """Return the lines as text for people."""
    width = max(len(line.name) for line in lines)
    shown = [
        f"{'ok  ' if line.well else 'DOWN'}  {line.name:<{width}}  {line.detail}" for line in lines
    ]
    hint = [] if all(line.well for line in lines) else ["next: ./do lab up, or ./do lab logs NAME"]
    return "\n".join([*shown, *hint])


def _service(name: str) -> Line:
    record = supervisor.running(name)
    return Line(name, record is not None, f"pid {record.pid}" if record else "not running")


def _node() -> Line:
    try:
        found = api_client.get(f"/api/v1/nodes/{paths.NODE_NAME}")
    except OSError as error:
        return Line("node", False, f"API server does not answer: {error}")
    ready = api_client.has_condition(found, "Ready")
    return Line("node", ready, f"{paths.NODE_NAME} {'Ready' if ready else 'not Ready'}")


def _gateway() -> Line:
    answers = readiness.answers()
    return Line("gateway", answers, paths.GATEWAY_URL if answers else "no answer")


def _pods() -> list[Line]:
    try:
        listed = api_client.get("/api/v1/pods") or {"items": []}
    except OSError:
        return []
    return [pod_line(pod) for pod in listed["items"]]


def pod_line(pod: api_client.Object) -> Line:
    """Return the line of a pod; one that has finished its work is well.

    Sidecars that are init containers count, as kubectl counts them.
    """
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    begun = pod.get("spec", {}).get("initContainers", [])
    sidecars = {found["name"] for found in begun if found.get("restartPolicy") == "Always"}
    statuses = [
        *pod.get("status", {}).get("containerStatuses", []),
        *(
            s
            for s in pod.get("status", {}).get("initContainerStatuses", [])
            if s["name"] in sidecars
        ),
    ]
    ready = sum(1 for status in statuses if status.get("ready"))
    restarts = sum(status.get("restartCount", 0) for status in statuses)
    phase = pod.get("status", {}).get("phase", "Unknown")
    well = phase == "Succeeded" or (bool(statuses) and ready == len(statuses))
    return Line(name, well, f"{phase} {ready}/{len(statuses)}, {restarts} restarts")
