"""What kubectl and the programs inside a step would print, made to measure."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from todo_ci.checks.selfcheck import inside_names
from todo_ci.cluster import helm
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result
from todo_ci.project.current import project

Object = dict[str, Any]
ROLE = Path(__file__).parents[3] / "infra/oke/pipeline-rbac.yaml"
SERVER_TIME = "2026-03-01T12:00:00Z"


@dataclass
class Kept:
    """One revision as helm keeps it."""

    number: int
    status: str
    description: str
    images: ImageRefs
    labels: dict[str, str] = field(default_factory=dict[str, str])
    commits: dict[str, str] = field(default_factory=dict[str, str])

    def values(self) -> Object:
        """Return what it was given."""
        files = helm.value_files(self.images, "http://app.test", commits=self.commits)
        return json.loads(files[helm.GIVEN])


def images(number: int = 1) -> ImageRefs:
    digest = f"sha256:{number:064x}"
    base = "registry.test/todo"
    return ImageRefs({name: f"{base}/todo-{name}@{digest}" for name in project().components})


def row(number: int, status: str, description: str = "") -> Object:
    """Write a revision as helm lists it."""
    return {
        "revision": number, "updated": SERVER_TIME, "status": status,
        "chart": "todo-app-0.1.0", "app_version": "0.1.0", "description": description,
    }  # fmt: skip


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


def workload(
    name: str, image: str, *, sidecar: bool = True, made: str = SERVER_TIME
) -> list[Object]:
    """One healthy Deployment with its ReplicaSet and pod."""
    labels = {"app.kubernetes.io/component": name}
    revision = {"deployment.kubernetes.io/revision": "1"}
    told = {
        "dapr.io/enabled": "true", "dapr.io/app-id": app_id(name), "dapr.io/app-port": "8000",
        "dapr.io/enable-app-health-check": "true",
    }  # fmt: skip

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
                "labels": labels, "annotations": told, "creationTimestamp": made,
                "ownerReferences": [{**by, "kind": "ReplicaSet"} for by in owned(f"rs-{name}")],
            },
            "spec": {
                "containers": [{"name": name, "image": image}],
                "initContainers": [{"name": "daprd", "restartPolicy": "Always"}] if sidecar else [],
            },
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [
                    {
                        "name": name, "imageID": image, "ready": True, "restartCount": 0,
                        "state": {"running": {"startedAt": SERVER_TIME}},
                    }
                ],
                "initContainerStatuses": [
                    {
                        "name": "daprd", "ready": True, "started": True, "restartCount": 0,
                        "state": {"running": {"startedAt": SERVER_TIME}},
                    }
                ],
            },
        },
    ]  # fmt: skip


def selfcheck_pod(*, sidecar: bool, made: str = "2026-03-01T12:05:00Z") -> Object:
    """The pod of a self-check that failed, which helm leaves behind."""
    return {
        "kind": "Pod",
        "metadata": {
            "name": "todo-app-test-selfcheck-x", "uid": "p-selfcheck", "creationTimestamp": made,
            "labels": {"app.kubernetes.io/component": "test"},
            "annotations": {"dapr.io/enabled": "true", "dapr.io/app-id": "todo-selfcheck"},
            "ownerReferences": [{"uid": "j-selfcheck", "controller": True, "kind": "Job"}],
        },
        "spec": {
            "containers": [{"name": "test"}],
            "initContainers": [{"name": "daprd", "restartPolicy": "Always"}] if sidecar else [],
        },
        "status": {"phase": "Failed"},
    }  # fmt: skip


def app_id(component: str) -> str:
    return f"todo-{component}"


MANIFEST = """
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: kafka-pubsub}
spec:
  type: pubsub.kafka
  metadata:
    - {name: brokers, secretKeyRef: {name: kafka-secrets, key: brokers}}
scopes: [todo-backend]
---
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: kubernetes-secrets}
spec: {type: secretstores.kubernetes, metadata: []}
---
apiVersion: dapr.io/v2alpha1
kind: Subscription
metadata: {name: task-events}
spec: {pubsubname: kafka-pubsub, topic: task-events, routes: {default: /events/tasks}}
scopes: [todo-backend]
---
apiVersion: v1
kind: Service
metadata: {name: todo-app-backend}
spec: {}
"""


def live_answer(**sides: "list[Object] | None") -> Result:
    """Answer with what is released, would be, lives and would live: by default all the same."""
    same = [item for item in yaml.safe_load_all(MANIFEST) if item]
    names = ("released", "rendered", "live", "planned")
    told = {name: same if sides.get(name) is None else sides[name] for name in names}
    return ok(json.dumps({**told, "refused": {}}))


def sidecar_answer(component: str) -> Object:
    """What a healthy sidecar of the manifest above tells, shortened to what is judged."""
    mine = [{"name": "kafka-pubsub", "type": "pubsub.kafka"}] if component == "backend" else []
    heard = [{"pubsubname": "kafka-pubsub", "topic": "task-events"}] if mine else []
    return {
        "pod": f"todo-app-{component}-1-a", "tries": 1, "not_ready": "", "app_unhealthy": "",
        "error": "", "complaints": [], "missing_topic": "",
        "metadata": {
            "id": app_id(component),
            "components": [*mine, {"name": "kubernetes-secrets"}],
            "subscriptions": heard,
            "appConnectionProperties": {"port": 8000, "health": {"healthThreshold": 3}},
            "scheduler": {"connected_addresses": ["10.244.0.9:50006"]},
        },
    }  # fmt: skip


def selfcheck_lines(*failed: str) -> str:
    """What the selfcheck prints."""
    lines = [
        json.dumps({
            "check": name, "passed": name not in failed, "seconds": 0.5,
            "evidence": f"{name} seen", "next_step": f"mend {name}" if name in failed else "",
        })
        for name in inside_names()
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def helm_tested(log: str, error: str = "") -> Result:
    """What `helm test` prints: each test's log as one quoted message, its own error last."""
    said = [f"level=INFO msg={json.dumps(log)}", *([f"Error: {error}"] if error else [])]
    return Result(1 if error else 0, "TEST SUITE: a\n", "\n".join(said), 0.1)


def load_answer(*failed: str) -> Object:
    """What came of requests while something changed."""
    first = [{"at": "12:00:00", "path": "/", "reason": reason} for reason in failed]
    return {
        "answered": 200, "failed": len(failed), "first": first, "gap": 0.25, "seconds": 11.0,
        "early": True, "ended": True,
    }  # fmt: skip


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
        "role": ROLE.read_text(encoding="utf-8"),
    }  # fmt: skip


def ok(stdout: str = "") -> Result:
    return Result(0, stdout, "", 0.1)


def bad(stderr: str) -> Result:
    return Result(1, "", stderr, 0.1)
