"""Turn a failed call to the cluster into an error that says what it means and what to do: pure."""

from todo_ci.cluster.next_steps import NEW_KUBECONFIG, RENEW_ROLE
from todo_ci.core.ports import Result
from todo_ci.core.steps import tail
from todo_ci.errors import ClusterError
from todo_ci.project.current import namespace

# What a failing client prints, and what it means to a person. The first match counts.
_REACH = "local: ./do lab up; oke: check the address in the kubeconfig and the network"
_SIGNS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    # What kubectl says of the server's certificate begins as if there were no server.
    (
        ("x509: certificate has expired or is not yet valid",),
        "the certificate that the cluster shows has ended or not yet begun, or this machine's "
        "clock is wrong",
        "date -u, and compare it with the times in the message; local: ./do lab up; oke: renew the "
        "cluster's certificate",
    ),
    (
        ("x509:",),
        "the cluster's certificate does not fit the kubeconfig",
        NEW_KUBECONFIG,
    ),
    (
        ("Unauthorized", "must be logged in", "asked for the client to provide credentials",
         "remote error: tls"),
        "the cluster does not accept the kubeconfig's credentials; they are wrong or have expired",
        NEW_KUBECONFIG,
    ),
    (
        ("connection refused", "no route to host", "i/o timeout", "no such host",
         "context deadline exceeded", "Unable to connect to the server", "request canceled",
         "cluster unreachable", "TLS handshake timeout"),
        "the cluster cannot be reached",
        _REACH,
    ),
    (
        ('namespaces "{namespace}" not found',),
        "the namespace {namespace} does not exist",
        "local: ./do lab up; oke: kubectl apply -f infra/oke/pipeline-rbac.yaml",
    ),
    (
        ("forbidden",),
        "the cluster refuses: the kubeconfig's user lacks a right",
        RENEW_ROLE,
    ),
)  # fmt: skip


def explain(result: Result, what: str) -> ClusterError:
    """Turn a failed call into an error that says what it means and what to do."""
    if result.timed_out:
        return ClusterError(f"{what} got no answer within {result.seconds:.0f} s", next_step=_REACH)
    return explain_text(result.stderr or tail(result), what)


def is_cluster_trouble(stderr: str) -> bool:
    """Tell whether a message is about reaching the cluster, not about what was asked of it."""
    return any(_named(sign) in stderr for signs, _, _ in _SIGNS for sign in signs)


def explain_text(stderr: str, what: str) -> ClusterError:
    """Turn what a failing client printed into such an error."""
    for signs, meaning, next_step in _SIGNS:
        if any(_named(sign) in stderr for sign in signs):
            problem = f"{_named(meaning)} ({what}): {last_line(stderr)}"
            return ClusterError(problem, next_step=next_step)
    return ClusterError(f"{what} failed: {stderr.strip()}", next_step="todo-ci status")


def _named(text: str) -> str:
    return text.replace("{namespace}", namespace())


def last_line(text: str) -> str:
    """Return the line a client ends with, which says why."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
