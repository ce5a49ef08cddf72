"""The previews of an environment: which there are, how old they are, and whether there is room."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from todo_ci.cluster import errors, kubectl
from todo_ci.core.context import Context
from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.project.current import namespace, project, release_name
from todo_ci.project.previews import Previews


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold one that is there, whether or not it ever served.

    Args:
        name: such as ``pr-12``.
        made: when it was released last.
        commit: what it was made from then.
    """

    name: str
    made: datetime
    commit: str = ""

    def told(self, now: datetime) -> str:
        """Say which it is, and how old."""
        return f"{self.name} ({age(now - self.made)} old)"


def refuse(target: Target) -> None:
    """Refuse a release that would be none of the previews, where there are only those.

    Raises:
        InputError: naming the verb that is for them.
    """
    if target.previews:
        environment, _, name = target.environment.partition("/")
        raise InputError(
            f"{environment} is an environment for previews",
            accepted="a release with a name of its own, so that it can be taken away again",
            next_step=f"todo-ci preview --env {environment} --name {name or 'pr-12'}",
        )


def now() -> datetime:
    """Return the time that ages are counted to."""
    return datetime.now(UTC)


def rules(target: Target) -> Previews:
    """Return how many previews there may be in a target, and for how long.

    Raises:
        InputError: where it is no environment for previews.
    """
    if target.previews is None:
        raise InputError(
            f"{target.environment} is no environment for previews",
            accepted="one with a table previews in release.toml, and a namespace of its own",
            next_step=f"add [environments.{target.environment}.previews]; docs/preview.md shows it",
        )
    return target.previews


async def load(context: Context) -> tuple[Preview, ...]:
    """List the previews of the target's environment, the oldest first.

    Raises:
        InputError: where the target's own name is that of a release which is no preview.
        ClusterError: where they cannot be listed.
    """
    listed = await context.shell.run(kubectl.releases())
    if not listed.ok:
        raise errors.explain(listed, "listing the previews")
    found = parse(listed.stdout)
    own = context.target.preview
    if own and release_name() in _releases(listed.stdout) and own not in {it.name for it in found}:
        raise InputError(
            f"--name {own!r}: {release_name()} is a release in {namespace()}, and no preview",
            accepted="a name of no other release",
            next_step="give the preview another name, such as --name pr-12",
        )
    return found


def parse(text: str) -> tuple[Preview, ...]:
    """Read what ``kubectl.releases`` printed: of each preview its newest revision, oldest first.

    By their label, which the pipeline gave them: beside them may be a database of theirs, or the
    previews of an app whose name begins alike.
    """
    found: list[Preview] = []
    for release, (created, said) in _releases(text).items():
        name = said.get(kubectl.PREVIEW, "")
        if release == f"{project().release.name}-{name}":
            found.append(Preview(name, datetime.fromisoformat(created), said.get("commit", "")))
    return tuple(sorted(found, key=lambda it: (it.made, it.name)))


def _releases(text: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Read of each release when its newest revision was made, and that one's labels."""
    newest: dict[str, tuple[str, dict[str, str]]] = {}
    for line in text.splitlines():
        created, _, labels = line.partition("\t")
        said: dict[str, str] = json.loads(labels)
        _, before = newest.get(said["name"], ("", {"version": "0"}))
        if int(said["version"]) > int(before["version"]):
            newest[said["name"]] = created, said
    return newest


def over_age(found: Sequence[Preview], rules: Previews, now: datetime) -> tuple[Preview, ...]:
    """Name those whose newest release is older than one may be."""
    allowed = timedelta(hours=rules.max_age_hours)
    return tuple(it for it in found if now - it.made > allowed)


def require_room(found: Sequence[Preview], target: Target, now: datetime) -> None:
    """Refuse one more than there may be; one that is there already takes no further room.

    None of the others makes way: somebody may be looking at it.

    Raises:
        InputError: naming those that are there, with their ages.
    """
    limit = rules(target).limit
    others = [it for it in found if it.name != target.preview]
    if len(others) >= limit:
        environment = target.environment.partition("/")[0]
        raise InputError(
            f"{environment} has {len(others)} of {limit} previews that it may have: "
            f"{', '.join(it.told(now) for it in others)}",
            accepted=f"at most {limit} at a time, or more where release.toml says so",
            next_step=f"todo-ci unpreview --env {environment} --name {others[0].name}",
        )


def census(found: Sequence[Preview], rules: Previews, now: datetime) -> str:
    """Say which there are, of how many."""
    named = f": {', '.join(it.told(now) for it in found)}" if found else ""
    return f"{len(found)} of {rules.limit}{named}"


def age(since: timedelta) -> str:
    """Write how old something is, as people say it."""
    minutes = int(since.total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
