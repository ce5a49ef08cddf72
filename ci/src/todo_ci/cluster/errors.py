"""Turn a failed call to the cluster into an error that says what it means and what to do: pure."""

from collections.abc import Callable

from todo_ci.cluster.next_steps import (
    new_kubeconfig,
    raise_quota,
    renew_namespace,
    renew_role,
)
from todo_ci.core.ports import Result
from todo_ci.core.steps import tail
from todo_ci.errors import ClusterError
from todo_ci.project.current import namespace

# What a failing client prints, and what it means to a person. The first match counts.
_REACH = "check the address in the kubeconfig and the network; the lab comes up by ./do lab up"
_SIGNS: tuple[tuple[tuple[str, ...], str, str | Callable[[], str]], ...] = (
    # What kubectl says of the server's certificate begins as if there were no server.
    (
        ("x509: certificate has expired or is not yet valid",),
        "the certificate that the cluster shows has ended or not yet begun, or this machine's "
        "clock is wrong",
        "date -u, and compare it with the times in the message; then renew the cluster's "
        "certificate, as ./do lab up does the lab's",
    ),
    (
        ("x509:",),
        "the cluster's certificate does not fit the kubeconfig",
        new_kubeconfig,
    ),
    (
        ("Unauthorized", "must be logged in", "asked for the client to provide credentials",
         "remote error: tls"),
        "the cluster does not accept the kubeconfig's credentials; they are wrong or have expired",
        new_kubeconfig,
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
        renew_role,
    ),
    # These two are refused as forbidden too, whatever rights there are.
    (
        ("because it is being terminated",),
        "the namespace {namespace} is being removed",
        renew_namespace,
    ),
    (
        ("exceeded quota",),
        "a quota of the namespace {namespace} is full",
        raise_quota,
    ),
    (
        ("forbidden",),
        "the cluster refuses: the kubeconfig's user lacks a right",
        renew_role,
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
            said = next_step if isinstance(next_step, str) else next_step()
            return ClusterError(problem, next_step=said)
    return ClusterError(f"{what} failed: {stderr.strip()}", next_step="todo-ci status")


def _named(text: str) -> str:
    return text.replace("{namespace}", namespace())


def last_line(text: str) -> str:
    """Return the line a client ends with, which says why."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
