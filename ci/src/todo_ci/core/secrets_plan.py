"""Plan which Secrets are applied, of what: the plan names values and holds none."""

import json
from typing import Any

from todo_ci.core.kafka import PASSWORD as KAFKA_PASSWORD
from todo_ci.core.kafka import Kafka
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.secret_names import REGISTRY_PASSWORD, REQUIRED
from todo_ci.environments import NAMESPACE, RELEASE
from todo_ci.scripts import sources
from todo_ci.scripts.restart import SOURCES as RESTART

_OPTIONAL = ("cohere-api-key",)
_RANDOM_BYTES = 32
_READERS = f"app.kubernetes.io/instance={RELEASE}"


def plan(
    given: frozenset[str], registry: str, username: str, kafka: Kafka, *, verified: bool = False
) -> Step:
    """Plan the one step that sees the values.

    Args:
        given: names of the secrets there are.
        registry: ``host[:port][/path]`` of the images.
        username: of the registry; empty makes no Secret for it.
        kafka: where events go.
        verified: True to refuse a database URL without TLS that proves who answers.

    Raises:
        InputError: when Kafka was described in part, or as no sidecar could use it.
    """
    kafka = kafka.read()
    keys = [name for name in (*REQUIRED, *_OPTIONAL) if name in given]
    wanted = [_secret("app-secrets", {name: _app_value(name, verified) for name in keys})]
    used = list(keys)
    if kafka.given(given):
        used.append(KAFKA_PASSWORD)
        wanted.append(_kafka_secrets(kafka))
    wanted += _MADE_ONCE
    if username:
        used.append(REGISTRY_PASSWORD)
        wanted.append(_pull_secret(registry, username))
    return Step(
        Tool.KUBE,
        ("python", "-m", "scripts.apply_secrets"),
        stdin=json.dumps({"namespace": NAMESPACE, "secrets": wanted, "restart": _READERS}),
        files=sources("apply_secrets.py", "database_url.py", *RESTART),
        secrets=(
            SecretUse("kubeconfig", "KUBECONFIG"),
            *(SecretUse(name, _variable(name)) for name in used),
        ),
        # Two Deployments, twice where the former values come back; 120 s each.
        timeout=540,
        network=True,
    )


def _secret(
    name: str, keys: dict[str, Any], *, restart: bool = True, kind: str = "Opaque"
) -> dict[str, Any]:
    return {"name": name, "type": kind, "restart": restart, "keys": keys}


def _file(name: str) -> dict[str, Any]:
    return {"file": _variable(name)}


def _app_value(name: str, verified: bool) -> dict[str, Any]:
    # Three drivers read it: it is looked at first, and stored as all of them understand it.
    looked_at = {"database_url": {"verified": verified}} if name == "database-url" else {}
    return {**_file(name), **looked_at}


_MADE_ONCE = (
    # Sidecar and app read it when they start, and have to agree on it.
    _secret("dapr-app-token", {"token": {"random": _RANDOM_BYTES}}),
    # Read by test pods alone, which start after this.
    _secret(
        "smoke-user",
        {"name": {"text": "smoke"}, "password": {"random": _RANDOM_BYTES}},
        restart=False,
    ),
)


def _kafka_secrets(kafka: Kafka) -> dict[str, Any]:
    keys = {
        "brokers": {"text": kafka.brokers},
        "username": {"text": kafka.username},
        "password": _file(KAFKA_PASSWORD),
    }
    return _secret("kafka-secrets", keys)


def _pull_secret(registry: str, username: str) -> dict[str, Any]:
    login = {
        **_file(REGISTRY_PASSWORD),
        "registry": registry.partition("/")[0],
        "username": username,
    }
    # The kubelet reads it at the next pull; nothing that runs needs it.
    kind = "kubernetes.io/dockerconfigjson"
    return _secret("ghcr-pull", {".dockerconfigjson": login}, restart=False, kind=kind)


def _variable(name: str) -> str:
    return f"{name.upper().replace('-', '_')}_FILE"
