"""Look before a deploy: is the kubeconfig usable, does the cluster answer, are the rights there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from todo_ci.cluster import kubectl
from todo_ci.cluster.errors import explain, explain_text, last_line
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.next_steps import NEW_KUBECONFIG, RENEW_ROLE
from todo_ci.core.context import Context
from todo_ci.core.ports import Step
from todo_ci.environments import NAMESPACE
from todo_ci.errors import ClusterError
from todo_ci.scripts import source, sources

_KUBECONFIG = "a kubeconfig file that `kubectl --kubeconfig FILE get pods -n todo` works with"


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


async def preflight(context: Context) -> None:
    """Refuse to start where the cluster would refuse in the middle.

    Raises:
        InputError: when no kubeconfig was given.
        ClusterError: naming what is wrong with it, with the cluster, or which right is missing.
    """
    judge(await look(context), datetime.now(UTC))


async def look(context: Context) -> Object:
    """Return what ``scripts/describe_kubeconfig.py`` prints.

    Raises:
        InputError: when no kubeconfig was given.
        ClusterError: when it cannot even be looked at.
    """
    context.need("kubeconfig")
    result = await context.shell.run(
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
            f"the kubeconfig cannot be read: {last_line(answer['error'])}",
            accepted=_KUBECONFIG,
            next_step=NEW_KUBECONFIG,
        )
    if not answer["server"]:
        raise ClusterError(
            "the kubeconfig names no cluster", accepted=_KUBECONFIG, next_step=NEW_KUBECONFIG
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
            next_step=NEW_KUBECONFIG,
        )
    review = answer["review"]
    if review["exit"]:
        raise explain_text(review["stderr"], f"asking {answer['server']}")


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


def _in(name: str, names: Sequence[str]) -> bool:
    return name in names or "*" in names


_ROLE = "infra/oke/pipeline-rbac.yaml"


_POD = "doctor-pod.json"


def rights() -> Step:
    """Ask for each right of the Role that the repository holds."""
    argv = ("python3", "-m", "scripts.review_access", "--namespace", NAMESPACE, "--role", _ROLE)
    files = sources("review_access.py", "kubectl.py")
    return kubectl.step(argv, files=files, inputs=("infra",), timeout=120)


def try_pod() -> Step:
    """Let the API server check a pod and drop it again: webhooks are asked, nothing is made."""
    argv = (
        "kubectl", "--namespace", NAMESPACE, "--request-timeout=20s", "create",
        "--dry-run=server", "--validate=false", "--output=name", "--filename", _POD,
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
            "generateName": "todo-app-doctor-",
            "annotations": {"dapr.io/enabled": "true", "dapr.io/app-id": "todo-doctor"},
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
