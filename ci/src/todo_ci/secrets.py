"""The cluster's secrets: applied on the server, changed values restart what reads them."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from tabulate import tabulate

from todo_ci.environments import NAMESPACE, RELEASE
from todo_ci.errors import ClusterError, ToolError
from todo_ci.inside import source
from todo_ci.ports import SecretUse, Step, Tool
from todo_ci.session import Pipeline
from todo_ci.steps import tail

_REQUIRED = ("database-url", "better-auth-secret")
_OPTIONAL = ("cohere-api-key",)
_PASSWORD = "registry-password"  # noqa: S105
_READERS = f"app.kubernetes.io/instance={RELEASE}"
_HEADERS = ("secret", "keys", "changed")


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


async def secrets(pipeline: Pipeline, *, registry: str, username: str) -> Applied:
    """Apply ``app-secrets`` and ``ghcr-pull``.

    What is given is what the cluster holds afterwards: a key that is left out is removed.

    Args:
        pipeline: the ports, and which secrets were given.
        registry: ``host[:port][/path]`` the images are pulled from.
        username: of the registry; empty leaves ``ghcr-pull`` alone.

    Raises:
        InputError: when a secret is missing.
        ClusterError: when the cluster refuses.
    """
    pipeline.need("kubeconfig", *_REQUIRED, *((_PASSWORD,) if username else ()))
    result = await pipeline.shell.run(plan(pipeline.secrets, registry, username))
    if not result.ok:
        raise ClusterError(
            f"the secrets were not applied to namespace {NAMESPACE}:\n{tail(result)}",
            next_step="check the kubeconfig: kubectl auth can-i patch secrets "
            f"--namespace {NAMESPACE}",
        )
    return _read(result.stdout)


def plan(given: frozenset[str], registry: str, username: str) -> Step:
    """Plan the one step that sees the values."""
    keys = [name for name in (*_REQUIRED, *_OPTIONAL) if name in given]
    used = [*keys, _PASSWORD] if username else keys
    return Step(
        Tool.KUBE,
        ("python", "inside/apply_secrets.py"),
        stdin=json.dumps(_order(keys, registry, username)),
        files={"inside/apply_secrets.py": source("apply_secrets.py")},
        secrets=(
            SecretUse("kubeconfig", "KUBECONFIG"),
            *(SecretUse(name, _variable(name)) for name in used),
        ),
        timeout=300,
        network=True,
    )


def _order(keys: list[str], registry: str, username: str) -> dict[str, Any]:
    app = {
        "name": "app-secrets",
        "type": "Opaque",
        "restart": True,
        "keys": {name: {"file": _variable(name)} for name in keys},
    }
    pull = {
        "name": "ghcr-pull",
        "type": "kubernetes.io/dockerconfigjson",
        # The kubelet reads it at the next pull; nothing that runs needs it.
        "restart": False,
        "keys": {
            ".dockerconfigjson": {
                "file": _variable(_PASSWORD),
                "registry": registry.partition("/")[0],
                "username": username,
            }
        },
    }
    wanted = [app, pull] if username else [app]
    return {"namespace": NAMESPACE, "secrets": wanted, "restart": _READERS}


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
