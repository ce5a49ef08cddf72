"""An app's release before and after, and what was measured of its canary, made to measure."""

import json
from typing import Any

from todo_ci.project.canary import Canary, CanaryStep

Object = dict[str, Any]

LABELS = {"app.kubernetes.io/instance": "guestbook", "app.kubernetes.io/component": "web"}
OWN = {**LABELS, "app.kubernetes.io/instance": "guestbook-canary"}
POLICY = Canary("web", (CanaryStep(20, 10), CanaryStep(50, 10)))


def deployment(image: str = "old", **changes: Any) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "guestbook", "labels": LABELS},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": LABELS},
            "template": {
                "metadata": {"labels": LABELS},
                "spec": {"containers": [{"name": "web", "image": image}]},
            },
            **changes,
        },
    }


def service(**changes: Any) -> Object:
    ports = [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "guestbook", "labels": LABELS},
        "spec": {"type": "NodePort", "selector": LABELS, "ports": ports, **changes},
    }


def rule(**changes: Any) -> Object:
    return {
        "matches": [{"path": {"type": "PathPrefix", "value": "/guestbook"}}],
        "backendRefs": [{"name": "guestbook", "port": 80}],
        **changes,
    }


def route(*rules: Object) -> Object:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "guestbook", "labels": LABELS},
        "spec": {"parentRefs": [{"name": "web"}], "rules": list(rules or (rule(),))},
    }


def release(image: str = "old") -> list[Object]:
    return [service(), deployment(image), route()]


def measured(failed: int = 0, p95: float = 0.004, *, stable: int = 0, elsewhere: int = 0) -> str:
    """What the step prints: 200 requests a side, so many of which failed."""

    def side(lost: int, p95: float, other: int) -> Object:
        first = [{"at": "12:00:00", "path": "/", "reason": "status 500"}] if lost else []
        return {
            "answered": 200 - lost - other, "failed": lost, "elsewhere": other, "p95": p95,
            "first": first,
        }  # fmt: skip

    return json.dumps({"canary": side(failed, p95, elsewhere), "stable": side(stable, 0.004, 0)})
