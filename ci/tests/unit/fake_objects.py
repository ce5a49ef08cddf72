"""What kubectl and the programs inside a step would print, made to measure."""

import json
from typing import Any

from todo_ci.ports import Result
from todo_ci.refs import ImageRefs

Object = dict[str, Any]
SERVER_TIME = "2026-03-01T12:00:00Z"


def images(number: int = 1) -> ImageRefs:
    digest = f"sha256:{number:064x}"
    base = "registry.test/todo"
    return ImageRefs(f"{base}/todo-backend@{digest}", f"{base}/todo-frontend@{digest}")


def evidence() -> bytes:
    pod = {
        "pod": "todo-app-backend-7-x",
        "container": "backend",
        "reason": "backend: CrashLoopBackOff",
        "events": ["Warning BackOff: restarting failed container"],
        "log": "",
        "previous_log": "boom: on purpose",
    }
    reason = "todo-app-backend-7-x backend: CrashLoopBackOff"
    return json.dumps({"reason": reason, "seconds": 4, "pods": [pod]}).encode()


def workload(name: str, image: str) -> list[Object]:
    """One healthy Deployment with its ReplicaSet and pod."""
    labels = {"app.kubernetes.io/component": name}
    revision = {"deployment.kubernetes.io/revision": "1"}

    def owned(by: str) -> list[Object]:
        return [{"uid": by, "controller": True}]

    return [
        {
            "kind": "Deployment",
            "metadata": {
                "name": f"todo-app-{name}", "uid": f"d-{name}", "generation": 1,
                "labels": labels, "annotations": revision,
            },
            "spec": {"replicas": 1},
            "status": {
                "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1,
                "availableReplicas": 1, "readyReplicas": 1,
            },
        },
        {
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"todo-app-{name}-1", "uid": f"rs-{name}",
                "annotations": revision, "ownerReferences": owned(f"d-{name}"),
            },
            "spec": {}, "status": {},
        },
        {
            "kind": "Pod",
            "metadata": {
                "name": f"todo-app-{name}-1-a", "uid": f"p-{name}",
                "labels": labels, "ownerReferences": owned(f"rs-{name}"),
            },
            "spec": {"containers": [{"name": name, "image": image}]},
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [
                    {
                        "name": name, "imageID": image, "ready": True, "restartCount": 0,
                        "state": {"running": {"startedAt": SERVER_TIME}},
                    }
                ],
            },
        },
    ]  # fmt: skip


def probe_answer(path: str, answers: bool = True) -> Object:
    body = json.dumps({"status": "ok", "commit": "abc"}) if path != "/" else "<html></html>"
    return {
        "path": path, "tries": 1, "seconds": 0.01, "error": "",
        "status": 200 if answers else 503,
        "content_type": "application/json" if path != "/" else "text/html; charset=utf-8",
        "body": body if answers else "no server",
    }  # fmt: skip


def preflight_answer() -> Object:
    rules = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
    review = {"status": {"resourceRules": rules, "incomplete": False}}
    return {
        "error": "", "context": "lab", "server": "https://cluster.test:6443", "user": "pipeline",
        "exec_command": "", "exec_found": False, "expires": "",
        "review": {"exit": 0, "stdout": json.dumps(review), "stderr": ""},
    }  # fmt: skip


def ok(stdout: str = "") -> Result:
    return Result(0, stdout, "", 0.1)


def bad(stderr: str) -> Result:
    return Result(1, "", stderr, 0.1)


def nested(values: str) -> Object:
    tree: Object = {}
    for pair in values.split(","):
        path, _, value = pair.partition("=")
        component, _, key = path.split(".")
        tree.setdefault(component, {"image": {}})["image"][key] = value
    return tree
