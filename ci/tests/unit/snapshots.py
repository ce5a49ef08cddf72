"""What a release may look like when its causes are searched: as recorded, healthy, or changed."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from fake_objects import MANIFEST, sidecar_answer, workload

from todo_ci.cluster import manifest
from todo_ci.cluster.snapshot import Finding, Log, Snapshot
from todo_ci.diagnosis import causes

Object = dict[str, Any]
FIXTURES = Path(__file__).parent / "fixtures"
POD = "todo-app-backend-1-a"


def snapshot(name: str) -> list[Object]:
    return json.loads((FIXTURES / f"{name}.json").read_text())["items"]


def sick(items: list[Object]) -> str:
    return next(
        i["metadata"]["name"] for i in items
        if i["kind"] == "Pod" and any(not s["ready"] for s in i["status"]["containerStatuses"])
    )  # fmt: skip


def healthy() -> Snapshot:
    items = [*workload("backend", "b"), *workload("frontend", "f")]
    answers = {a["pod"]: a for a in map(sidecar_answer, ("backend", "frontend"))}
    return Snapshot("local", items, sidecars=answers, dapr=manifest.parse(MANIFEST))


def changed(**parts: Any) -> Snapshot:
    """The backend's pod is not ready; ``app`` and ``daprd`` change the state of a container."""
    seen = copy.deepcopy(healthy())
    pod = next(i for i in seen.items if i["kind"] == "Pod")
    pod["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    app, daprd = pod["status"]["containerStatuses"][0], pod["status"]["initContainerStatuses"][0]
    app.update({"ready": False, **parts.pop("app", {})})
    daprd.update(parts.pop("daprd", {}))
    pod["status"]["phase"] = parts.pop("phase", "Running")
    return replace(seen, **parts)


def waiting(reason: str, message: str = "") -> Object:
    return {"state": {"waiting": {"reason": reason, "message": message}}, "restartCount": 2}


def said(text: str, container: str = "backend", previous: str = "") -> dict[str, tuple[Log, ...]]:
    return {POD: (Log(container, text, previous),)}


def warned(*texts: str, name: str = POD) -> dict[str, list[str]]:
    return {name: [f"Warning {text}" for text in texts]}


def only(seen: Snapshot) -> Finding:
    (finding,) = causes.find(seen)
    assert finding.next_step
    return finding
