"""A pod that is tried and dropped: does Dapr's injector let pods be made at all?"""

import json

from todo_ci.cluster import kubectl
from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Step
from todo_ci.project.current import namespace, release_name

_POD = "doctor-pod.json"


def try_pod() -> Step:
    """Let the API server check a pod and drop it again: webhooks are asked, nothing is made.

    The answer is the pod as it would be. Whether Dapr's injector would add its sidecar it shows
    only where Dapr is told to serve this user too: elsewhere it passes over the pipeline's pods.
    """
    argv = (
        "kubectl", "--namespace", namespace(), "--request-timeout=20s", "create",
        "--dry-run=server", "--validate=false", "--output=json", "--filename", _POD,
    )  # fmt: skip
    return kubectl.step(argv, files={_POD: json.dumps(_pod())})


def _pod() -> Object:
    container = {
        "name": "doctor",
        "image": "doctor",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {kind: {"cpu": "1m", "memory": "1Mi"} for kind in ("requests", "limits")},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": f"{release_name()}-doctor-",
            "annotations": {
                "dapr.io/enabled": "true",
                "dapr.io/app-id": f"{release_name()}-doctor",
            },
        },
        "spec": {
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
        },
    }
