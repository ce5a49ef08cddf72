"""Ask the API server what a deploy would change of what lives; nothing is changed."""

import json
from dataclasses import dataclass
from typing import Any

from todo_ci.cluster import errors, helm, kubectl, render
from todo_ci.cluster.field_owners import HELM
from todo_ci.cluster.live_diff import Live, compare_hooks, compare_live
from todo_ci.cluster.manifest_diff import Change, Kind, compare
from todo_ci.core.context import Context
from todo_ci.core.ports import Step
from todo_ci.scripts.live_objects import NOT_RENDERED, applied


@dataclass(frozen=True, slots=True)
class Comparison:
    """Hold what a deploy would change.

    Args:
        changes: of what lives, by object; of the hooks, which live no longer than they run.
        left: what is another's to change, in a sentence each.
        is_rewritten: True where the objects are others than those of the release that serves.
    """

    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()
    is_rewritten: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether a deploy would leave all as it is, what was added beside it too."""
        return not self.is_rewritten and all(it.kind is Kind.EXTRA for it in self.changes)


async def look(context: Context, rendering: Step, serving: int | None) -> Comparison:
    """Compare what lives, and the release that serves, with what a deploy would make of them.

    Args:
        context: the ports and the target.
        rendering: the step that prints what a deploy would apply.
        serving: the revision that serves; None where nothing is released.

    Raises:
        InputError: for values the chart does not take.
        ClusterError: when the cluster cannot be asked.
    """
    released = [] if serving is None else [helm.manifest(serving), helm.hooks(serving)]
    result = await context.shell.run(kubectl.live(rendering, released, HELM))
    if result.exit_code == NOT_RENDERED:
        raise render.refusal(result.stderr)
    if not result.ok:
        raise errors.explain(result, "comparing with what lives")
    answer: dict[str, Any] = json.loads(result.stdout)
    sides: list[list[kubectl.Object]] = [answer.pop("released"), answer.pop("rendered")]
    old, new = map(applied, sides)
    found = compare_live(Live(**answer), old, new)
    hooks = compare_hooks(*sides)
    return Comparison((*found.changes, *hooks), found.left, bool(hooks or compare(old, new)))
