"""The verbs, one file each."""

from todo_ci.commands import (
    build,
    ci,
    deploy,
    diff,
    doctor,
    history,
    init,
    logs,
    publish,
    rollback,
    secrets,
    secrets_plan,
    status,
    verify,
)

__all__ = [
    "build",
    "ci",
    "deploy",
    "diff",
    "doctor",
    "history",
    "init",
    "logs",
    "publish",
    "rollback",
    "secrets",
    "secrets_plan",
    "status",
    "verify",
]
