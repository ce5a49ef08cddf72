"""The environments a release can go to, as ``release.toml`` has them: no conditionals elsewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.project.environment import Environment, Requires
from todo_ci.project.previews import Previews
from todo_ci.project.rules.environments import in_order


@dataclass(frozen=True, slots=True)
class Target:
    """Hold what differs between environments.

    Args:
        environment: its name; ``ENVIRONMENT/NAME`` for a preview.
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
        previews: how many there may be here, and for how long; None where there is one release.
        preview: the name of the one that this is about; empty for none of them.
        values: the chart's values that it alone has, by their paths.
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
    previews: Previews | None = None
    preview: str = ""
    values: Mapping[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])


_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
# Of helm's; what a chart adds to it must still fit into a label.
_LONGEST = 53


def names() -> tuple[str, ...]:
    """Name the environments, each after the one that comes before it."""
    return in_order(project())


def target(name: str = "") -> Target:
    """Find the target of an environment; of the first one without a name.

    Args:
        name: of the environment; ``ENVIRONMENT/NAME`` for one of its previews.

    Raises:
        InputError: when there is none of that name.
    """
    known = names()
    name, _, preview = (name or _served_first(known)).partition("/")
    if name not in known:
        nearest = get_close_matches(name, known, 1)
        raise InputError(
            f"there is no environment {name!r}",
            accepted=f"one of: {', '.join(known)}",
            # Whatever was called, promote too: it changes nothing.
            next_step=f"todo-ci status --env {nearest[0] if nearest else known[0]}",
        )
    said = project().environments[name]
    own = _previewed(name, said, preview) if preview else None
    return Target(
        environment=f"{name}/{preview}" if preview else name,
        values_file=said.values,
        platforms=said.platforms,
        helm_timeout=said.timeout_seconds,
        url=own.url_of(preview) if own else said.url,
        registry=said.registry,
        plain_http=said.plain_http_registry,
        allow_dirty=said.allow_dirty,
        verified_tls=said.verified_tls,
        after=said.after,
        rehearses=said.rehearses,
        canary=said.canary,
        requires=said.requires,
        previews=said.previews,
        preview=preview,
        values=own.values_of(preview) if own else {},
    )


def _served_first(known: Sequence[str]) -> str:
    """Name the first environment whose release is for people, wherever the others stand."""
    said = project().environments
    lasting = (it for it in known if not said[it].rehearses and not said[it].previews)
    return next(lasting, known[0])


def preview_of(environment: str, name: str) -> str:
    """Name a preview of an environment as a target has it.

    Raises:
        InputError: for an unknown environment, or without a name.
    """
    place = target(environment).environment
    if not name:
        raise InputError(
            "no name of the preview was given",
            accepted="small letters, digits and dashes, such as pr-12",
            next_step="add --name pr-12",
        )
    return f"{place}/{name}"


def _previewed(environment: str, said: Environment, preview: str) -> Previews:
    room = _LONGEST - len(project().release.name) - 1
    if not said.previews:
        others = [name for name, it in project().environments.items() if it.previews]
        raise InputError(
            f"{environment} is no environment for previews",
            accepted=f"one of: {', '.join(others)}" if others else "one with a table previews",
            next_step=f"todo-ci preview --env {others[0]} --name {preview}"
            if others
            else f"add [environments.{environment}.previews] to release.toml; docs/preview.md",
        )
    if not _LABEL.fullmatch(preview) or len(preview) > room:
        raise InputError(
            f"--name {preview!r} is no name of a preview",
            accepted=f"small letters, digits and dashes, at most {room} of them, such as pr-12",
            next_step=f"todo-ci preview --env {environment} --name pr-12",
        )
    return said.previews


def targets() -> tuple[Target, ...]:
    """List all of them."""
    return tuple(map(target, names()))
