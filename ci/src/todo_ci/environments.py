"""The environments a release can go to: one frozen table, no conditionals elsewhere."""

from dataclasses import dataclass
from enum import StrEnum

from todo_ci.errors import InputError

RELEASE = "todo-app"
NAMESPACE = "todo"


class Environment(StrEnum):
    """Name a place a release can go to."""

    LOCAL = "local"
    OKE = "oke"


@dataclass(frozen=True, slots=True)
class Target:
    """Hold what differs between environments.

    Args:
        values_file: the chart's values of this environment.
        platforms: platforms that ``publish`` pushes.
        helm_timeout: seconds helm waits for a release to be ready.
        url: address of the gateway; empty means it must be given.
        plain_http: True where the registry speaks HTTP.
        allow_dirty: True where an uncommitted tree may be deployed.
        verified_tls: True where people and database are reached over TLS that proves who answers.
    """

    environment: Environment
    values_file: str
    platforms: tuple[str, ...]
    helm_timeout: int
    url: str = ""
    plain_http: bool = False
    allow_dirty: bool = False
    verified_tls: bool = False


TARGETS: dict[Environment, Target] = {
    Environment.LOCAL: Target(
        environment=Environment.LOCAL,
        values_file="values-local.yaml",
        platforms=("linux/amd64",),
        helm_timeout=60,
        url="http://127.0.0.1:8000",
        plain_http=True,
        allow_dirty=True,
    ),
    Environment.OKE: Target(
        environment=Environment.OKE,
        values_file="values-oke.yaml",
        platforms=("linux/amd64", "linux/arm64"),
        helm_timeout=300,
        verified_tls=True,
    ),
}


def target(name: str) -> Target:
    """Find the target of an environment.

    Raises:
        InputError: when the name is not one of the table.
    """
    try:
        return TARGETS[Environment(name)]
    except ValueError:
        known = ", ".join(TARGETS)
        raise InputError(
            f"there is no environment {name!r}",
            accepted=f"one of: {known}",
            next_step=f"todo-ci deploy --env {Environment.LOCAL}",
        ) from None
