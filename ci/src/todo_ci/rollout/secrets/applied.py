"""The cluster's Secrets: applied on the server, changed values restart what reads them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from todo_ci.core import secrets_plan
from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.core.secret_names import (
    PULL_PASSWORD,
    REGISTRY_PASSWORD,
    require_keys,
    required,
    spelled,
)
from todo_ci.core.steps import require_success, tail
from todo_ci.entrypoints.options import OF_SECRETS
from todo_ci.errors import ClusterError, InputError, ToolError
from todo_ci.project.current import namespace
from todo_ci.reports.render import Block, Renderable, Table, Text
from todo_ci.rollout import lock
from todo_ci.rollout.lock import HeldLease
from todo_ci.scripts.apply_secrets import ACCEPTED_URL, NOT_BACK, REFUSED, RESTORED, URL_GUIDE

_HEADERS = ("secret", "keys", "changed")
_KEPT = {
    RESTORED: "what reads the new values did not serve with them, so the former ones are back",
    NOT_BACK: "the former values are back, but what reads them does not serve with these either",
}
_AGAIN = "again: the values from before were kept, and come back if those fail"


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

    @property
    def changed(self) -> tuple[str, ...]:
        """Name those whose values are others than before."""
        return tuple(secret.name for secret in self.secrets if secret.changed)

    @property
    def evidence(self) -> str:
        """Say it in one line."""
        stayed = ", ".join(secret.name for secret in self.secrets if not secret.changed)
        parts = {
            "changed": ", ".join(self.changed),
            "as before": stayed,
            "restarted": ", ".join(name.rpartition("/")[2] for name in self.restarted),
        }
        return "; ".join(f"{what}: {names}" for what, names in parts.items() if names)


@dataclass(frozen=True, slots=True)
class Planned:
    """Hold the step that applies Secrets, and the command that their values were given to.

    Args:
        step: it alone sees the values.
        command: to call again where one is wrong.
        flags: those that it has for keys.
    """

    step: Step
    command: str
    flags: tuple[str, ...]


def prepare(
    context: Context,
    registry: str,
    username: str,
    plain: Mapping[str, str] | None = None,
    *,
    verified: bool,
    command: str = "todo-ci secrets",
    flags: tuple[str, ...] = OF_SECRETS,
) -> Planned:
    """Plan what is applied; nothing runs yet.

    Args:
        context: the ports, and which secrets were given.
        registry: ``host[:port][/path]`` the images are pulled from.
        username: of the registry; empty leaves the pull Secret alone.
        plain: values of flags that are no secrets.
        verified: False to take any database where the environment asks for one that proves who
            it is.
        command: that was called.
        flags: those that it has for keys.

    Raises:
        InputError: when a secret is missing, or one that is applied whole was given in part.
    """
    context.need("kubeconfig")
    require_keys(context.secrets | context.plain.keys(), flags)
    if PULL_PASSWORD in context.secrets and not username:
        raise InputError(
            f"{spelled(PULL_PASSWORD, ())} was given, and no --registry-username",
            accepted="the user of the registry whose password it is",
            next_step="add --registry-username NAME",
        )
    context.need(*required())
    if username and PULL_PASSWORD not in context.secrets:
        context.need(REGISTRY_PASSWORD)
    step = secrets_plan.plan(
        context.secrets,
        registry,
        username,
        secrets_plan.plain_values(plain or {}, context.plain),
        verified=context.target.verified_tls and verified,
        flags=flags,
    )
    return Planned(step, command, flags)


async def refuse_unusable(context: Context, planned: Planned) -> None:
    """Refuse a value that cannot work; no cluster is asked, and nothing is changed.

    Raises:
        InputError: naming it.
    """
    result = await context.shell.run(secrets_plan.look(planned.step))
    _refuse(result, planned)
    require_success(result, "looking at the Secrets' values")


async def apply(context: Context, planned: Planned, *, lock_timeout: float) -> Applied:
    """Apply what was planned.

    What reads a changed Secret is restarted; where it does not serve with the new values, the
    former ones are brought back. All of it happens under the deploy Lease.

    Raises:
        InputError: when no driver could use the database URL.
        ClusterError: when the cluster refuses, or the new values do not serve.
        LockError: when a deploy goes on for longer than ``lock_timeout``, or takes over.
    """
    again = planned.command

    async def work(held: HeldLease) -> Result:
        changes = "the cluster's Secrets"
        afterwards = f"{again} {_AGAIN}"
        return await held.run(context, planned.step, changes=changes, afterwards=afterwards)

    result = await lock.hold(context, work, lock_timeout=lock_timeout)
    _refuse(result, planned)
    if result.exit_code in _KEPT:
        raise ClusterError(
            f"{_KEPT[result.exit_code]}:\n{tail(result)}",
            next_step=f"todo-ci logs --env {context.target.environment} says why; "
            f"then {again} again with right values",
        )
    if not result.ok:
        raise ClusterError(
            f"the secrets were not applied to namespace {namespace()}:\n{tail(result)}",
            next_step="check the kubeconfig: kubectl auth can-i patch secrets "
            f"--namespace {namespace()}",
        )
    return _read(result.stdout)


def _refuse(result: Result, planned: Planned) -> None:
    if result.exit_code == REFUSED:
        raise InputError(
            f"{spelled('database-url', planned.flags).rstrip('=…')}: {tail(result)}; "
            "nothing was changed",
            accepted=ACCEPTED_URL,
            next_step=f"{planned.command} again with a right URL; {URL_GUIDE}",
        )


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
