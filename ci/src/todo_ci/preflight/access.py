"""Look before a deploy: is the kubeconfig usable, does the cluster answer, are the rights there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from todo_ci.cluster import kubectl
from todo_ci.core.context import Pipeline
from todo_ci.core.ports import Result
from todo_ci.core.steps import tail
from todo_ci.environments import NAMESPACE
from todo_ci.errors import ClusterError
from todo_ci.scripts import source

Object = dict[str, Any]

_KUBECONFIG = "a kubeconfig file that `kubectl --kubeconfig FILE get pods -n todo` works with"
RENEW_ROLE = (
    "local: ./do lab up renews the pipeline's Role; "
    "oke: kubectl apply -f infra/oke/pipeline-rbac.yaml"
)
_NEW_KUBECONFIG = (
    "local: ./do lab up writes a new one; oke: infra/oke/kubeconfig.sh; give it as --kubeconfig"
)


@dataclass(frozen=True, slots=True)
class Right:
    """Name what the pipeline does to one kind of object."""

    group: str
    resource: str
    verbs: tuple[str, ...]


_APPLY = ("get", "list", "watch", "create", "patch", "delete")
# All that infra/oke/pipeline-rbac.yaml grants: a verb that is missing would stop a deploy half-way.
RIGHTS: tuple[Right, ...] = (
    Right("", "services", _APPLY),
    Right("", "serviceaccounts", _APPLY),
    Right("apps", "deployments", _APPLY),
    Right("networking.k8s.io", "ingresses", _APPLY),
    Right("networking.k8s.io", "networkpolicies", _APPLY),
    Right("gateway.networking.k8s.io", "httproutes", _APPLY),
    Right("policy", "poddisruptionbudgets", _APPLY),
    Right("dapr.io", "components", _APPLY),
    Right("dapr.io", "configurations", _APPLY),
    Right("dapr.io", "resiliencies", _APPLY),
    Right("dapr.io", "subscriptions", _APPLY),
    Right("rbac.authorization.k8s.io", "roles", _APPLY),
    Right("rbac.authorization.k8s.io", "rolebindings", _APPLY),
    Right("", "pods", _APPLY),
    Right("batch", "jobs", ("list", "watch", "create", "patch", "delete")),
    Right("", "secrets", ("get", "list", "create", "update", "patch", "delete")),
    Right("coordination.k8s.io", "leases", ("get", "create", "update")),
    Right("apps", "replicasets", ("list",)),
    Right("", "events", ("list",)),
    Right("", "resourcequotas", ("list",)),
    Right("", "pods/log", ("get",)),
    Right("", "pods/proxy", ("get",)),
    Right("", "namespaces", ("get",)),
)

# What a failing client prints, and what it means to a person. The first match counts.
_SIGNS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("connection refused", "no route to host", "i/o timeout", "no such host",
         "context deadline exceeded", "Unable to connect to the server", "request canceled",
         "cluster unreachable", "TLS handshake timeout"),
        "the cluster cannot be reached",
        "local: ./do lab up; oke: check the address in the kubeconfig and the network",
    ),
    (
        ("Unauthorized", "must be logged in", "certificate has expired"),
        "the cluster does not accept the kubeconfig's credentials; they are wrong or have expired",
        _NEW_KUBECONFIG,
    ),
    (
        (f'namespaces "{NAMESPACE}" not found',),
        f"the namespace {NAMESPACE} does not exist",
        "local: ./do lab up; oke: kubectl apply -f infra/oke/pipeline-rbac.yaml",
    ),
    (
        ("forbidden",),
        "the cluster refuses: the kubeconfig's user lacks a right",
        RENEW_ROLE,
    ),
    (
        ("x509:", "certificate signed by unknown authority"),
        "the cluster's certificate does not fit the kubeconfig",
        _NEW_KUBECONFIG,
    ),
)  # fmt: skip


async def preflight(pipeline: Pipeline) -> None:
    """Refuse to start where the cluster would refuse in the middle.

    Raises:
        InputError: when no kubeconfig was given.
        ClusterError: naming what is wrong with it, with the cluster, or which right is missing.
    """
    judge(await look(pipeline), datetime.now(UTC))


async def look(pipeline: Pipeline) -> Object:
    """Return what ``scripts/describe_kubeconfig.py`` prints.

    Raises:
        InputError: when no kubeconfig was given.
        ClusterError: when it cannot even be looked at.
    """
    pipeline.need("kubeconfig")
    result = await pipeline.shell.run(
        kubectl.step(
            ("python3", "scripts/describe_kubeconfig.py", "--namespace", NAMESPACE),
            files={"scripts/describe_kubeconfig.py": source("describe_kubeconfig.py")},
            timeout=60,
        )
    )
    if not result.ok:
        raise explain(result, "looking at the cluster")
    return json.loads(result.stdout)


def judge(answer: Object, now: datetime) -> None:
    """Judge what ``scripts/describe_kubeconfig.py`` printed.

    Raises:
        ClusterError: for the first thing that would stop a deploy.
    """
    access(answer, now)
    status = json.loads(answer["review"]["stdout"])["status"]
    # Some authorizers cannot list their rules; then the calls themselves have to tell.
    missing = [] if status.get("incomplete") else missing_rights(status["resourceRules"])
    if missing:
        raise ClusterError(
            f"{answer['user']!r} lacks rights in namespace {NAMESPACE}: {', '.join(missing)}",
            next_step=RENEW_ROLE,
        )


def access(answer: Object, now: datetime) -> None:
    """Judge the kubeconfig alone, and whether the cluster answers to it.

    Raises:
        ClusterError: for the first thing that is wrong with it.
    """
    if answer["error"]:
        raise ClusterError(
            f"the kubeconfig cannot be read: {_last_line(answer['error'])}",
            accepted=_KUBECONFIG,
            next_step=_NEW_KUBECONFIG,
        )
    if not answer["server"]:
        raise ClusterError(
            "the kubeconfig names no cluster", accepted=_KUBECONFIG, next_step=_NEW_KUBECONFIG
        )
    command = answer["exec_command"]
    if command and not answer["exec_found"]:
        raise ClusterError(
            f"the kubeconfig's user {answer['user']!r} gets its token from the command "
            f"{command!r}, which is not there",
            accepted="a kubeconfig with a token or a client certificate, or the command installed",
            next_step=f"install {command}, or write a static kubeconfig: infra/oke/kubeconfig.sh",
        )
    if answer["expires"] and datetime.fromisoformat(answer["expires"]) <= now:
        raise ClusterError(
            f"the credentials of {answer['user']!r} in the kubeconfig expired at "
            f"{answer['expires']}",
            next_step=_NEW_KUBECONFIG,
        )
    review = answer["review"]
    if review["exit"]:
        raise _explain(review["stderr"], f"asking {answer['server']}")


def missing_rights(rules: Sequence[Object]) -> list[str]:
    """Name the verbs and resources that no rule grants for the whole namespace."""

    def granted(right: Right, verb: str) -> bool:
        return any(
            _in(verb, rule["verbs"])
            and _in(right.group, rule.get("apiGroups", []))
            and _in(right.resource, rule.get("resources", []))
            and not rule.get("resourceNames")
            for rule in rules
        )

    return [
        f"{verb} {right.resource}"
        for right in RIGHTS
        for verb in right.verbs
        if not granted(right, verb)
    ]


def explain(result: Result, what: str) -> ClusterError:
    """Turn a failed call into an error that says what it means and what to do."""
    if result.timed_out:
        return ClusterError(
            f"{what} got no answer within {result.seconds:.0f} s", next_step=_SIGNS[0][2]
        )
    return _explain(result.stderr or tail(result), what)


def is_cluster_trouble(stderr: str) -> bool:
    """Tell whether a message is about reaching the cluster, not about what was asked of it."""
    return any(sign in stderr for signs, _, _ in _SIGNS for sign in signs)


def _explain(stderr: str, what: str) -> ClusterError:
    for signs, meaning, next_step in _SIGNS:
        if any(sign in stderr for sign in signs):
            problem = f"{meaning} ({what}): {_last_line(stderr)}"
            return ClusterError(problem, next_step=next_step)
    return ClusterError(f"{what} failed: {stderr.strip()}", next_step="todo-ci status")


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"


def _in(name: str, names: Sequence[str]) -> bool:
    return name in names or "*" in names
