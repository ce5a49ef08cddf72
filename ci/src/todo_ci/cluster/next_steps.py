"""The commands that put right what only a person can: one table for every error."""

from todo_ci.core import secret_names
from todo_ci.project.current import namespace, project

INJECTOR_WEBHOOK = "sidecar-injector.dapr.io"
INJECTOR = (
    "kubectl get mutatingwebhookconfiguration dapr-sidecar-injector and kubectl -n dapr-system "
    "get pods -l app=dapr-sidecar-injector show what adds the sidecars; then todo-ci deploy again"
)


def secret(name: str, environment: str, registry: str = "") -> str:
    """Return the command that makes a Secret, or puts it right."""
    if name in secret_names.names():
        options = secret_names.options(name, registry)
        return f"todo-ci secrets --env {environment} {options}".rstrip()
    return f"kubectl -n {namespace()} create secret generic {name} --from-file=KEY=PATH"


def hint(name: str) -> str:
    """Say what else may be wrong where a Secret does not do; empty where nothing is known."""
    known = project().secrets.get(name)
    return f"or {known.hint}" if known and known.hint else ""


def renew_role() -> str:
    """Say how the pipeline gets a right that it lacks."""
    role = project().release.role
    how = f"kubectl apply -f {role}" if role else "give it the right that is missing"
    return f"as the administrator of the cluster: {how}"


def renew_namespace() -> str:
    """Say how a namespace comes back that somebody is removing."""
    return f"wait until kubectl get namespace {namespace()} finds none; then {renew_role()}"


def raise_quota() -> str:
    """Say how there is room again."""
    return f"kubectl -n {namespace()} describe quota; raise it, or request less"


def new_kubeconfig() -> str:
    """Say where another kubeconfig comes from."""
    # Without a Role the script applies that of the app beside it, which is another one.
    role = project().release.role
    script = f"infra/oke/kubeconfig.sh --namespace {namespace()} --role {role} writes"
    who = script if role else f"ask whoever administers the cluster, namespace {namespace()}, for"
    return f"{who} a new one; give it as --kubeconfig"
