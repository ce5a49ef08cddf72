"""Say why a release does not work, with the evidence; of a healthy one show the last lines."""

import json
from collections.abc import Sequence
from difflib import get_close_matches

from todo_ci.cluster import errors, injection, kubectl
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.kubectl import Object
from todo_ci.core.context import Context
from todo_ci.diagnosis.collect import collect_step
from todo_ci.diagnosis.diagnosis import Diagnosis, diagnose, snapshot_of
from todo_ci.errors import InputError
from todo_ci.plugins.dapr.metadata import metadata_step
from todo_ci.plugins.dapr.objects import stored
from todo_ci.plugins.installed import PLUGINS
from todo_ci.preflight import access
from todo_ci.project.current import project

LINES = 20
_LABEL = "app.kubernetes.io/component"


async def logs(context: Context, *, component: str, lines: int) -> Diagnosis:
    """Look at what runs and what it says; nothing is changed.

    Args:
        context: the ports and the target.
        component: one of the app's; empty for all.
        lines: how many lines of each container.

    Raises:
        InputError: for another component or no lines.
        ClusterError: when the cluster cannot be asked.
    """
    known = list(project().components)
    if component and component not in known:
        nearest = (get_close_matches(component, known, 1) or known)[0]
        raise InputError(
            f"there is no component {component!r}",
            accepted=f"one of: {', '.join(known)}; or none for all",
            next_step=f"todo-ci logs --env {context.target.environment} --component {nearest}",
        )
    if lines < 1:
        raise InputError(f"--lines {lines} shows nothing", accepted="1 or more")
    await access.preflight(context)
    listed, collected, asked, dapr = await side_by_side(
        context.shell,
        kubectl.get_release("deployments", "replicasets", "jobs", "pods"),
        collect_step(lines),
        metadata_step(1),
        stored(),
    )
    for result, what in ((listed, "listing the release"), (collected, "reading its logs")):
        if not result.ok:
            raise errors.explain(result, what)
    items = kubectl.parse_items(listed.stdout)
    # A cluster without Dapr has no such objects, and no sidecars to ask.
    seen = snapshot_of(
        context.target.environment,
        _of(items, component),
        json.loads(collected.stdout),
        json.loads(asked.stdout) if asked.ok else [],
        kubectl.parse_items(dapr.stdout) if dapr.ok else [],
        injection.newest(items),
    )
    return diagnose(seen)


def _of(items: Sequence[Object], component: str) -> list[Object]:
    # The pods of tests serve nobody, and those of a release that is gone may still be there.
    named = {component} if component else set(project().components)
    works = {part: of for plugin in PLUGINS for part, of in plugin.works_for().items()}
    named |= {part for part, of in works.items() if of in named}
    return [i for i in items if i["metadata"].get("labels", {}).get(_LABEL) in named]
