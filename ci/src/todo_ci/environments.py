"""The environments a release can go to, as ``release.toml`` has them: no conditionals elsewhere."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.project.environment import Requires
from todo_ci.project.release_file import in_order


@dataclass(frozen=True, slots=True)
class Target:
    """Hold what differs between environments.

    Args:
        environment: its name.
        values_file: the chart's values of this environment.
        platforms: platforms that ``publish`` pushes.
        helm_timeout: seconds helm waits for a release to be ready.
        url: address of the gateway; empty means it must be given.
        registry: of the images; empty takes GitHub's for the owner of git's origin.
        plain_http: True where the registry speaks HTTP.
        allow_dirty: True where an uncommitted tree may be deployed.
        after: the environment before it; empty for a first one.
        rehearses: the environment whose next release is tried here; empty where none is.
        canary: True where a release is tried on a share of the requests first.
        requires: what images have to prove.
        verified_tls: True where people and database are reached over TLS that proves who answers.
    """

    environment: str
    values_file: str
    platforms: tuple[str, ...]
    helm_timeout: int
    url: str = ""
    registry: str = ""
    plain_http: bool = False
    allow_dirty: bool = False
    verified_tls: bool = False
    after: str = ""
    rehearses: str = ""
    canary: bool = False
    requires: Requires = field(default_factory=Requires)


def names() -> tuple[str, ...]:
    """Name the environments, each after the one that comes before it."""
    return in_order(project())


def target(name: str = "") -> Target:
    """Find the target of an environment; of the first one without a name.

    Raises:
        InputError: when there is none of that name.
    """
    known = names()
    name = name or known[0]
    if name not in known:
        nearest = get_close_matches(name, known, 1)
        raise InputError(
            f"there is no environment {name!r}",
            accepted=f"one of: {', '.join(known)}",
            # Whatever was called, promote too: it changes nothing.
            next_step=f"todo-ci status --env {nearest[0] if nearest else known[0]}",
        )
    said = project().environments[name]
    return Target(
        environment=name,
        values_file=said.values,
        platforms=said.platforms,
        helm_timeout=said.timeout_seconds,
        url=said.url,
        registry=said.registry,
        plain_http=said.plain_http_registry,
        allow_dirty=said.allow_dirty,
        verified_tls=said.verified_tls,
        after=said.after,
        rehearses=said.rehearses,
        canary=said.canary,
        requires=said.requires,
    )


def targets() -> tuple[Target, ...]:
    """List all of them."""
    return tuple(map(target, names()))
