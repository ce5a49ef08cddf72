"""The cluster's secrets: applied on the server, changed values restart what reads them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from todo_ci.core.context import Context
from todo_ci.core.ports import Result
from todo_ci.core.secret_names import REGISTRY_PASSWORD, require_keys, required
from todo_ci.core.secrets_plan import plan
from todo_ci.core.steps import tail
from todo_ci.errors import ClusterError, InputError, ToolError
from todo_ci.project.current import namespace
from todo_ci.reports.render import Block, Renderable, Table, Text
from todo_ci.rollout import lock
from todo_ci.rollout.lock import HeldLease
from todo_ci.scripts.apply_secrets import NOT_BACK, REFUSED, RESTORED

_HEADERS = ("secret", "keys", "changed")
_DATABASE_URL = "postgresql://user:password@host:5432/name?sslmode=verify-full"
_KEPT = {
    RESTORED: "what reads the new values did not serve with them, so the former ones are back",
    NOT_BACK: "the former values are back, but what reads them does not serve with these either",
}
_AGAIN = "todo-ci secrets again: the values from before were kept, and come back if those fail"


@dataclass(frozen=True, slots=True)
class AppliedSecret:
    """Hold one Secret's name and keys, never a value."""

    name: str
    keys: tuple[str, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Applied(Renderable):
    """Hold what was applied, and which Deployments were restarted for it."""

    secrets: tuple[AppliedSecret, ...]
    restarted: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        rows = [(s.name, ", ".join(s.keys), "yes" if s.changed else "no") for s in self.secrets]
        yield Table(_HEADERS, rows)
        if self.restarted:
            yield Text(f"restarted: {', '.join(self.restarted)}")


async def secrets(
    context: Context,
    *,
    registry: str,
    username: str,
    lock_timeout: float,
    plain: Mapping[str, str] | None = None,
    allow_unverified_database: bool = False,
) -> Applied:
    """Apply the cluster's Secrets, or leave the former ones.

    What reads a changed Secret is restarted; where it does not serve with the new values, the
    former ones are brought back. All of it happens under the deploy Lease.

    What is given is what ``app-secrets`` holds afterwards: a key that is left out is removed. What
    only the cluster's own parts tell each other (``dapr-app-token``, the password of
    ``smoke-user``) is made inside the step, once, and never leaves it.

    Args:
        context: the ports, and which secrets were given.
        registry: ``host[:port][/path]`` the images are pulled from.
        username: of the registry; empty leaves the pull Secret alone.
        lock_timeout: seconds to wait for a deploy.
        plain: values of flags that are no secrets.
        allow_unverified_database: True to take a database that does not prove who it is, where the
            environment asks for it.

    Raises:
        InputError: when a secret is missing, or no driver could use the database URL.
        ClusterError: when the cluster refuses, or the new values do not serve.
        LockError: when a deploy goes on for longer than ``lock_timeout``, or takes over.
    """
    require_keys(context.secrets)
    context.need("kubeconfig", *required(), *((REGISTRY_PASSWORD,) if username else ()))
    verified = context.target.verified_tls and not allow_unverified_database
    planned = plan(context.secrets, registry, username, plain or {}, verified=verified)

    async def work(held: HeldLease) -> Result:
        return await held.run(context, planned, changes="the cluster's Secrets", afterwards=_AGAIN)

    result = await lock.hold(context, work, lock_timeout=lock_timeout)
    if result.exit_code == REFUSED:
        raise InputError(
            f"--database-url: {tail(result)}; nothing was changed",
            accepted=_DATABASE_URL,
            next_step="todo-ci secrets again with a right URL; "
            "backend/README.md lists what it may say",
        )
    if result.exit_code in _KEPT:
        raise ClusterError(
            f"{_KEPT[result.exit_code]}:\n{tail(result)}",
            next_step=f"todo-ci logs --env {context.target.environment} says why; "
            "then todo-ci secrets again with right values",
        )
    if not result.ok:
        raise ClusterError(
            f"the secrets were not applied to namespace {namespace()}:\n{tail(result)}",
            next_step="check the kubeconfig: kubectl auth can-i patch secrets "
            f"--namespace {namespace()}",
        )
    return _read(result.stdout)


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
