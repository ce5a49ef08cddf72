"""The injector of the lab's Dapr: away, or passing over some pods, and as before afterwards."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import lab

_DEPLOYMENT = "deployment/dapr-sidecar-injector"
_WEBHOOK = "mutatingwebhookconfiguration/dapr-sidecar-injector"
_DAPR = ("kubectl", "-n", "dapr-system")


@contextmanager
def away() -> Generator[None]:
    """Let no injector run. The lab's webhook must be answered, so no pod is made meanwhile."""
    before = pods()
    assert before, "no injector runs"
    replicas = len(before)
    try:
        lab.admin(*_DAPR, "scale", _DEPLOYMENT, "--replicas=0")
        lab.until("the injector is gone", lambda: not pods())
        print(f"the injector is away: {before} ended")
        yield
    finally:
        lab.admin(*_DAPR, "scale", _DEPLOYMENT, f"--replicas={replicas}")
        lab.admin(*_DAPR, "rollout", "status", _DEPLOYMENT, "--timeout=90s")
        after = pods()
        assert not after.keys() & before.keys()
        print(f"the injector is back: {after}")


@contextmanager
def passing_over_new_templates() -> Generator[None]:
    """Let the webhook know the pods of today's templates only.

    The pods of any newer template start without a sidecar: what comes of an injector that is away
    while they are made, where the webhook is told to fail open, and is back for those of the old.
    """
    text = lab.admin(
        "kubectl", "-n", lab.NAMESPACE, "get", "replicasets", "-o", "json",
        "-l", f"app.kubernetes.io/instance={lab.RELEASE}",
    )  # fmt: skip
    label = "pod-template-hash"
    known = sorted({item["metadata"]["labels"][label] for item in json.loads(text)["items"]})
    labels = "object.metadata.labels"
    rule = f"!has({labels}) || !('{label}' in {labels}) || {labels}['{label}'] in {known}"
    with _only_where(rule):
        yield


@contextmanager
def passing_over_every_pod() -> Generator[None]:
    """Let every pod start without a sidecar, as where the webhook fails open."""
    with _only_where("false"):
        yield


@contextmanager
def _only_where(rule: str) -> Generator[None]:
    condition = {"name": "only-where", "expression": rule}
    patch([{"op": "add", "path": "/webhooks/0/matchConditions", "value": [condition]}])
    try:
        yield
    finally:
        patch([{"op": "remove", "path": "/webhooks/0/matchConditions"}])


@contextmanager
def webhook_deleted() -> Generator[None]:
    """Let nobody ask the injector: pods are made without a sidecar, and no one is told."""
    stored: dict[str, Any] = json.loads(lab.admin("kubectl", "get", _WEBHOOK, "-o", "json"))
    kept = {k: v for k, v in stored["metadata"].items() if k in ("name", "labels", "annotations")}
    # The injector's own field: Helm would take away what it owned and no longer asks for.
    authority = stored["webhooks"][0]["clientConfig"].pop("caBundle")
    lab.admin("kubectl", "delete", _WEBHOOK)
    try:
        yield
    finally:
        # As Helm, whose object it is: another owner of a field would stop the next `lab up`.
        made = json.dumps({**stored, "metadata": kept})
        lab.apply(made, "--server-side", "--field-manager=helm")
        patch([{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": authority}])


def pods() -> dict[str, str]:
    """Return the injector's pods: the uid of each with when its container started."""
    text = lab.admin(*_DAPR, "get", "pods", "-l", "app=dapr-sidecar-injector", "-o", "json")
    items: list[dict[str, Any]] = json.loads(text)["items"]
    return {item["metadata"]["uid"]: str(item["status"].get("startTime", "")) for item in items}


def patch(changes: list[dict[str, Any]]) -> None:
    """Change the webhook's configuration."""
    lab.admin("kubectl", "patch", _WEBHOOK, "--type=json", "--patch", json.dumps(changes))
