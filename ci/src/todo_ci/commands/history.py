"""List the releases with their verdicts."""

from todo_ci.core.context import Context
from todo_ci.preflight import access
from todo_ci.release.history import History, load


async def history(context: Context) -> History:
    """List the revisions of the release, each with its verdict.

    Raises:
        ClusterError: when the cluster cannot be asked.
    """
    await access.preflight(context)
    return await load(context)
