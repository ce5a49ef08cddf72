"""Show what a deploy would change of what lives, and what somebody changed there since the last."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from todo_ci.cluster import comparison, render
from todo_ci.cluster.manifest_diff import Change, Kind
from todo_ci.commands.publish import accepted_images
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.errors import InputError
from todo_ci.preflight import access
from todo_ci.project.current import release_name
from todo_ci.release import history
from todo_ci.reports.render import Block, Headline, NumberedList, Renderable, Table
from todo_ci.rollout import standing

_HEADERS = ("object", "change", "by")
_LONGEST = 72
_DEPLOY = "the deploy"


@dataclass(frozen=True, slots=True)
class Difference(Renderable):
    """Hold what a deploy would change, and what it would leave though nobody released it.

    Args:
        environment: where.
        revision: what serves there; None when nothing is released.
        images: whose images were taken.
        changes: the differences, by object.
        left: what is another's to change, such as an autoscaler's.
        strict: True where a difference is a failure.
    """

    environment: str
    revision: int | None
    images: str
    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()
    strict: bool = False

    @property
    def differs(self) -> bool:
        """Tell whether what lives is another than what is released, or than what would be."""
        return bool(self.changes)

    @property
    def passed(self) -> bool:
        """Tell whether whoever asked is content."""
        return not (self.strict and self.differs)

    @property
    def headline(self) -> str:
        """Say in one line how much would change, and how much would stay that is not released."""
        changes = [change for change in self.changes if change.kind is not Kind.EXTRA]
        count = len({change.object for change in changes})
        drifted = len({change.object for change in changes if change.by})
        extra = len({change.object for change in self.changes if change.kind is Kind.EXTRA})
        what = f"would change {count} objects" if count else "would change nothing"
        drift = f" ({drifted} of them changed in the cluster since)" if drifted else ""
        left = f" and leave what was added to {extra} objects" if extra else ""
        than = f"revision {self.revision}" if self.revision else "nothing, as nothing is released"
        where = f"a deploy to {self.environment}"
        return f"{where} {what}{drift}{left}; compared with {than}, {self.images}"

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(self.headline)
        if self.changes:
            rows = [(each.object, _line(each), each.by or _DEPLOY) for each in self.changes]
            yield Table(_HEADERS, rows)
        if self.left:
            yield NumberedList(self.left)

    def fields(self) -> dict[str, Any]:
        """Return what machines are told."""
        return {"differs": self.differs, **asdict(self)}


async def diff(
    context: Context, *, images: ImageRefs | None, overlay: str, exit_code: bool = False
) -> Difference:
    """Render the chart, and have the API server say what applying it would change of what lives.

    Hooks, which live no longer than they run, are compared with those of the release that serves:
    the migration is one of them.

    Args:
        context: the ports and the target.
        images: what would be released; None for the images that serve.
        overlay: further values of the chart as YAML text, or nothing.
        exit_code: True lets a difference count as a failure.

    Raises:
        InputError: for values the chart does not take, or without images where nothing serves.
        ClusterError: when the cluster cannot be asked.
    """
    await access.preflight(context)
    past = await history.load(context)
    # Whose objects are in the cluster, as far as helm knows.
    serving = past.serving or past.latest
    now = await standing.read(context, serving)
    taken = images or now.images
    if taken is None:
        raise InputError(
            f"{release_name()} has no images by digest yet, so there is nothing to compare with",
            accepted=accepted_images(),
            next_step="todo-ci publish --format json prints what --images takes",
        )
    # Which commit other images come from is not known here; it changes beside them alone.
    rendering = render.rendering(context, taken, overlay, now.url, now.commits)
    found = await comparison.look(context, rendering, serving and serving.number)
    return Difference(
        environment=context.target.environment,
        revision=serving and serving.number,
        images="with the images given" if images else "with the images that serve",
        changes=found.changes,
        left=found.left,
        strict=exit_code,
    )


def _line(change: Change) -> str:
    """Write a change in one line."""
    if change.kind is Kind.REFUSED:
        return f"a deploy fails at it: {change.after}"
    if not change.field:
        return "is new" if change.kind is Kind.ADDED else "goes away"
    sides = replace(change, before=_short(change.before), after=_short(change.after))
    if change.kind is Kind.ADDED:
        return f"+ {change.field}: {sides.after}"
    if change.kind is Kind.REMOVED:
        return f"- {change.field}: {sides.before}"
    if change.kind is Kind.EXTRA:
        return f"{change.field}: {sides.before}, not of the release; a deploy leaves it"
    return f"{change.field}: {sides.before} → {sides.after}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    text = shorten(" ".join(text.split()))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
