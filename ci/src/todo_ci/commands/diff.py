"""Show what a deploy would change: the chart rendered, against the manifest of what serves."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from todo_ci.cluster import errors, helm, kubectl, manifest, render
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.manifest_diff import Change, Kind, compare
from todo_ci.commands.publish import accepted_images
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.errors import InputError
from todo_ci.preflight import access
from todo_ci.project.current import release_name
from todo_ci.release import history
from todo_ci.release.history import History
from todo_ci.release.revision import Revision
from todo_ci.reports.render import Block, Headline, Renderable, Table

_HEADERS = ("object", "change")
_LONGEST = 72


@dataclass(frozen=True, slots=True)
class Difference(Renderable):
    """Hold what a deploy would change.

    Args:
        environment: where.
        revision: what it was compared with; None when nothing is released.
        images: whose images were taken.
        changes: the differences, by object.
    """

    environment: str
    revision: int | None
    images: str
    changes: tuple[Change, ...]

    @property
    def headline(self) -> str:
        """Say in one line how much would change."""
        count = Counter(change.object for change in self.changes)
        what = f"would change {len(count)} objects" if count else "would change nothing"
        than = f"revision {self.revision}" if self.revision else "nothing, as nothing is released"
        return f"a deploy to {self.environment} {what}; compared with {than}, {self.images}"

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(self.headline)
        if self.changes:
            yield Table(_HEADERS, [(change.object, _line(change)) for change in self.changes])


async def diff(context: Context, *, images: ImageRefs | None, overlay: str) -> Difference:
    """Render the chart, and compare it with the release that serves.

    Its hooks are compared too: the migration is one of them. A field that a person has changed
    in the cluster is not seen, as both sides are manifests.

    Args:
        context: the ports and the target.
        images: what would be released; None for the images that serve.
        overlay: further values of the chart as YAML text, or nothing.

    Raises:
        InputError: for values the chart does not take, or without images where nothing serves.
        ClusterError: when the cluster cannot be asked.
    """
    await access.preflight(context)
    serving = _serving(await history.load(context))
    before: list[kubectl.Object] = []
    now: ImageRefs | None = None
    url = ""
    if serving is not None:
        values, *parts = await side_by_side(
            context.shell,
            kubectl.step(helm.values(serving.number)),
            kubectl.step(helm.manifest(serving.number)),
            kubectl.step(helm.hooks(serving.number)),
        )
        for result in (values, *parts):
            if not result.ok:
                raise errors.explain(result, f"reading revision {serving.number}")
        before = [item for part in parts for item in manifest.parse(part.stdout)]
        now, url = helm.parse_images(values.stdout), helm.parse_url(values.stdout)
    taken = images or now
    if taken is None:
        raise InputError(
            f"{release_name()} has no images by digest yet, so there is nothing to compare with",
            accepted=accepted_images(),
            next_step="todo-ci publish --format json prints what --images takes",
        )
    rendered = await render.render(context, taken, overlay, url)
    return Difference(
        environment=context.target.environment,
        revision=serving and serving.number,
        images="with the images given" if images else "with the images that serve",
        changes=compare(before, manifest.parse(rendered.stdout)),
    )


def _serving(past: History) -> Revision | None:
    """Return the revision whose objects are in the cluster, as far as helm knows."""
    deployed = [revision for revision in past.revisions if revision.status == "deployed"]
    return deployed[-1] if deployed else past.latest


def _line(change: Change) -> str:
    """Write a change in one line."""
    if not change.field:
        return "is new" if change.kind is Kind.ADDED else "goes away"
    sides = replace(change, before=_short(change.before), after=_short(change.after))
    if change.kind is Kind.ADDED:
        return f"+ {change.field}: {sides.after}"
    if change.kind is Kind.REMOVED:
        return f"- {change.field}: {sides.before}"
    return f"{change.field}: {sides.before} → {sides.after}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    text = shorten(" ".join(text.split()))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
