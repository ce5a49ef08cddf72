"""The command that brings each Secret of the cluster into being: one table for every error."""

from todo_ci.environments import NAMESPACE

_KAFKA = "--kafka-brokers HOST:PORT --kafka-username NAME --kafka-password file:PATH"
_OPTIONS = {
    "app-secrets": "",
    "dapr-app-token": "",
    "smoke-user": "",
    "kafka-secrets": _KAFKA,
    "ghcr-pull": "--registry-username NAME --registry-password file:PATH",
}


def command(secret: str, environment: str) -> str:
    """Return the command that makes a Secret, or puts it right."""
    if secret in _OPTIONS:
        return f"todo-ci secrets --env {environment} {_OPTIONS[secret]}".rstrip()
    return f"kubectl -n {NAMESPACE} create secret generic {secret} --from-file=KEY=PATH"
