"""What the API server said of a release at a moment, and a judge that watches it."""

import json
from pathlib import Path
from typing import Any

from todo_ci.scripts import kube_objects
from todo_ci.scripts.supervise.release_health import Judge

Object = dict[str, Any]
FIXTURES = Path(__file__).parent / "fixtures"


def snapshot(name: str) -> list[Object]:
    return json.loads((FIXTURES / f"{name}.json").read_text())["items"]


def watching(before: str = "steady") -> Judge:
    return Judge(kube_objects.generations(snapshot(before)))


def pod_of(items: list[Object], part: str) -> Object:
    return next(i for i in items if i["kind"] == "Pod" and part in i["metadata"]["name"])


def sick_pod(items: list[Object]) -> Object:
    return next(
        i for i in items
        if i["kind"] == "Pod"
        and "backend" in i["metadata"]["name"]
        and not kube_objects.is_ready(i)
    )  # fmt: skip


def set_waiting(pod: Object, reason: str, restarts: int = 0) -> None:
    status = pod["status"]["containerStatuses"][0]
    status["state"] = {"waiting": {"reason": reason}} if reason else {"running": {}}
    status["restartCount"] = restarts
