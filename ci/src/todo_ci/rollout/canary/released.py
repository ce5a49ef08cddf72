"""The objects of a release, as helm applied them."""

from todo_ci.cluster import errors, helm, kubectl, manifest
from todo_ci.cluster.kubectl import Object
from todo_ci.core.context import Context


async def objects_of(context: Context, revision: int) -> list[Object]:
    """Read what a revision consists of, its hooks apart.

    Raises:
        ClusterError: where it cannot be read.
    """
    said = await context.shell.run(kubectl.step(helm.manifest(revision)))
    if not said.ok:
        raise errors.explain(said, f"reading revision {revision}")
    return manifest.parse(said.stdout)
