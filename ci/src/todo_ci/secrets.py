"""The cluster's secrets: applied on the server, changed values restart what reads them."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tabulate import tabulate

from todo_ci.environments import NAMESPACE, RELEASE
from todo_ci.errors import ClusterError, InputError, ToolError
from todo_ci.inside import source
from todo_ci.ports import SecretUse, Step, Tool
from todo_ci.session import Pipeline
from todo_ci.steps import tail

_REQUIRED = ("database-url", "better-auth-secret")
_OPTIONAL = ("cohere-api-key",)
_PASSWORD = "registry-password"  # noqa: S105
_KAFKA_PASSWORD = "kafka-password"  # noqa: S105
_RANDOM_BYTES = 32
_READERS = f"app.kubernetes.io/instance={RELEASE}"
_HEADERS = ("secret", "keys", "changed")


@dataclass(frozen=True, slots=True)
class Kafka:
    """Say where Kafka is and who asks; the password is one of the secrets."""

    brokers: str = ""
    username: str = ""

    def given(self, secrets: frozenset[str]) -> bool:
        """Tell whether Kafka was described, which takes all three or none.

        Raises:
            InputError: naming what is missing.
        """
        parts = {
            "kafka-brokers": bool(self.brokers),
            "kafka-username": bool(self.username),
            _KAFKA_PASSWORD: _KAFKA_PASSWORD in secrets,
        }
        missing = [f"--{name}" for name, there in parts.items() if not there]
        if missing and len(missing) < len(parts):
            raise InputError(
                f"of Kafka's three settings {' and '.join(missing)} is missing",
                accepted="all of " + ", ".join(f"--{name}" for name in parts) + ", or none",
                next_step=f"add {missing[0]}, or set SECRETS_{_setting(missing[0])} in .env",
            )
        return not missing


@dataclass(frozen=True, slots=True)
class AppliedSecret:
    """Hold one Secret's name and keys, never a value."""

    name: str
    keys: tuple[str, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """Hold what was applied, and which Deployments were restarted for it."""

    secrets: tuple[AppliedSecret, ...]
    restarted: tuple[str, ...] = ()

    def table(self) -> str:
        """Render for a terminal."""
        return "\n".join(filter(None, (tabulate(self._rows(), headers=_HEADERS), self._restarts())))

    def markdown(self) -> str:
        """Render for a job summary."""
        table = tabulate(self._rows(), headers=_HEADERS, tablefmt="github")
        return "\n\n".join(filter(None, (table, self._restarts())))

    def json(self) -> str:
        """Render for machines."""
        return json.dumps(asdict(self), indent=2)

    def _rows(self) -> list[tuple[str, str, str]]:
        return [(s.name, ", ".join(s.keys), "yes" if s.changed else "no") for s in self.secrets]

    def _restarts(self) -> str:
        return f"restarted: {', '.join(self.restarted)}" if self.restarted else ""


async def secrets(
    pipeline: Pipeline, *, registry: str, username: str, kafka: Kafka | None = None
) -> Applied:
    """Apply the cluster's Secrets.

    What is given is what ``app-secrets`` holds afterwards: a key that is left out is removed. What
    only the cluster's own parts tell each other (``dapr-app-token``, the password of
    ``smoke-user``) is made inside the step, once, and never leaves it.

    Args:
        pipeline: the ports, and which secrets were given.
        registry: ``host[:port][/path]`` the images are pulled from.
        username: of the registry; empty leaves ``ghcr-pull`` alone.
        kafka: without its three settings ``kafka-secrets`` is left alone.

    Raises:
        InputError: when a secret is missing.
        ClusterError: when the cluster refuses.
    """
    pipeline.need("kubeconfig", *_REQUIRED, *((_PASSWORD,) if username else ()))
    kafka = kafka or Kafka()
    result = await pipeline.shell.run(plan(pipeline.secrets, registry, username, kafka))
    if not result.ok:
        raise ClusterError(
            f"the secrets were not applied to namespace {NAMESPACE}:\n{tail(result)}",
            next_step="check the kubeconfig: kubectl auth can-i patch secrets "
            f"--namespace {NAMESPACE}",
        )
    return _read(result.stdout)


def plan(given: frozenset[str], registry: str, username: str, kafka: Kafka) -> Step:
    """Plan the one step that sees the values."""
    keys = [name for name in (*_REQUIRED, *_OPTIONAL) if name in given]
    wanted = [_secret("app-secrets", {name: _file(name) for name in keys})]
    used = list(keys)
    if kafka.given(given):
        used.append(_KAFKA_PASSWORD)
        wanted.append(_kafka_secrets(kafka))
    wanted += _MADE_ONCE
    if username:
        used.append(_PASSWORD)
        wanted.append(_pull_secret(registry, username))
    return Step(
        Tool.KUBE,
        ("python", "inside/apply_secrets.py"),
        stdin=json.dumps({"namespace": NAMESPACE, "secrets": wanted, "restart": _READERS}),
        files={"inside/apply_secrets.py": source("apply_secrets.py")},
        secrets=(
            SecretUse("kubeconfig", "KUBECONFIG"),
            *(SecretUse(name, _variable(name)) for name in used),
        ),
        timeout=300,
        network=True,
    )


def _secret(
    name: str, keys: dict[str, Any], *, restart: bool = True, kind: str = "Opaque"
) -> dict[str, Any]:
    return {"name": name, "type": kind, "restart": restart, "keys": keys}


def _file(name: str) -> dict[str, Any]:
    return {"file": _variable(name)}


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
        "password": _file(_KAFKA_PASSWORD),
    }
    return _secret("kafka-secrets", keys)


def _pull_secret(registry: str, username: str) -> dict[str, Any]:
    login = {
        **_file(_PASSWORD),
        "registry": registry.partition("/")[0],
        "username": username,
    }
    # The kubelet reads it at the next pull; nothing that runs needs it.
    kind = "kubernetes.io/dockerconfigjson"
    return _secret("ghcr-pull", {".dockerconfigjson": login}, restart=False, kind=kind)


def _read(text: str) -> Applied:
    try:
        value = json.loads(text)
        return Applied(
            tuple(
                AppliedSecret(s["name"], tuple(s["keys"]), s["changed"]) for s in value["secrets"]
            ),
            tuple(value["restarted"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ToolError(f"cannot read what applying the secrets reported: {text[:200]!r}") from None


def _variable(name: str) -> str:
    return f"{name.upper().replace('-', '_')}_FILE"


def _setting(flag: str) -> str:
    """Write a flag as both doors find it in .env."""
    return flag.upper().replace("-", "")
