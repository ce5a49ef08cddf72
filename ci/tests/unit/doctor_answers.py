"""What `doctor` is told of a sound environment, and of what may be wrong with one."""

import json
from typing import Any

from fake_cluster import FakeCluster
from fake_objects import MANIFEST, bad, images, ok, preflight_answer, sidecar_answer

from todo_ci.core.ports import Result
from todo_ci.plugins.dapr.trial_pod import try_pod

Object = dict[str, Any]
DEPLOYMENT = """---
kind: Deployment
metadata: {name: a}
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/sidecar-cpu-request: 20m
        dapr.io/sidecar-memory-limit: 1Gi
    spec:
      imagePullSecrets: [{name: ghcr-pull}]
      containers: [{resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 256Mi}}}]
"""
KEYS = "kafka-secrets brokers password\nghcr-pull .dockerconfigjson\n"


def right(verb: str, allowed: bool = True) -> Object:
    return {"group": "", "resource": "secrets", "verb": verb, "allowed": allowed}


def answer(status: int = 200, platforms: tuple[str, ...] = ("linux/amd64",)) -> Result:
    """What the registry says of the images that serve."""
    said: Object = {"status": status, "error": f"HTTP {status}", "labels": {}}
    said["platforms"] = list(platforms)
    found = {images()["backend"]: said, images()["frontend"]: said}
    return ok(json.dumps({"status": 200, "error": "", "images": found}))


def unreachable() -> Result:
    """What comes of a host that is not there, while the images are in a registry of its own."""
    said: Object = {"status": 401, "error": "HTTP 401", "labels": {}, "platforms": []}
    return ok(json.dumps({"status": 0, "error": "refused", "images": {images()["backend"]: said}}))


def host(status: int, error: str) -> Result:
    """What the registry says to the login, where there is no image to ask for."""
    return ok(json.dumps({"status": status, "error": error, "images": {}}))


def node(architecture: str) -> Result:
    info = {"operatingSystem": "linux", "architecture": architecture}
    return ok(json.dumps({"items": [{"status": {"nodeInfo": info}}]}))


def quota(hard: str, used: str, name: str = "requests.cpu") -> Result:
    status = {"hard": {name: hard}, "used": {name: used}}
    return ok(json.dumps({"items": [{"metadata": {"name": "small"}, "status": status}]}))


def misses_topic() -> Result:
    return ok(json.dumps([sidecar_answer("backend") | {"missing_topic": "one of these"}]))


def versions(version: str) -> Result:
    made = sidecar_answer("backend")
    made["metadata"]["runtimeVersion"] = version
    return ok(json.dumps([made]))


def healthy(cluster: FakeCluster) -> FakeCluster:
    good = {
        "preflight": ok(json.dumps({**preflight_answer(), "kind": "token"})),
        "rights": ok(json.dumps([right("get"), right("list")])),
        "registry": answer(),
        "template": ok(MANIFEST + DEPLOYMENT),
        "keys": ok(KEYS),
        "nodes": bad("nodes is forbidden"),
        "sidecars": versions("1.18.2"),
        "try pod": ok(try_pod().files["doctor-pod.json"]),
        "resourcequotas": ok('{"items": []}'),
    }
    cluster.answers.update({name: [result] for name, result in good.items()})
    return cluster
