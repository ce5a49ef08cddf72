"""What serves in an environment, for a rehearsal to begin from: its images and its chart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from todo_ci.cluster import errors, kubectl
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Step
from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.project.current import namespace
from todo_ci.release import history
from todo_ci.rollout import standing
from todo_ci.scripts import sources


@dataclass(frozen=True, slots=True)
class Served:
    """Hold what serves somewhere.

    Args:
        environment: where.
        revision: its number there.
        images: by digest.
        commit: what it was made from.
        url: the address that people open there; empty where it is not known.
        chart: the files of its chart; none where helm's record does not have them all.
        why: why it has not.
    """

    environment: str
    revision: int
    images: ImageRefs
    commit: str
    url: str
    chart: Mapping[str, str]
    why: str = ""

    def without_chart_for(self, target: Target) -> str:
        """Say why its chart cannot be released in a target; empty where it can."""
        if self.why:
            return self.why
        return "" if target.values_file in self.chart else f"has no {target.values_file}"


async def read(context: Context) -> Served:
    """Read what serves in the target; nothing of it is changed.

    Raises:
        InputError: where nothing serves, or not by digest.
        ClusterError: where that cannot be read.
    """
    context.need("kubeconfig")
    environment = context.target.environment
    serving = (await history.load(context)).serving
    if serving is None:
        raise InputError(
            f"nothing serves on {environment}: there is no upgrade to rehearse",
            accepted="an environment with a release",
            next_step=f"todo-ci deploy --env {environment}",
        )
    now = await standing.read(context, serving)
    images = now.images
    if images is None:
        raise InputError(
            f"revision {serving.number} on {environment} was not given its images by digest",
            accepted="a release that this pipeline made",
            next_step=f"todo-ci deploy --env {environment}",
        )
    said = await context.shell.run(_chart(serving.number))
    if not said.ok:
        raise errors.explain(said, f"reading the chart of revision {serving.number}")
    told = json.loads(said.stdout)
    return Served(
        environment=environment,
        revision=serving.number,
        images=images,
        commit=serving.commit,
        url=now.url or context.target.url,
        chart=told["files"],
        why=told["why"],
    )


def _chart(revision: int) -> Step:
    argv = (
        "python3", "-m", "scripts.release_chart",
        "--namespace", namespace(), "--secret", kubectl.revision_secret(revision),
    )  # fmt: skip
    return kubectl.step(argv, files=sources("release_chart.py", "kubectl.py"))
