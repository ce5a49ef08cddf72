"""The verb that applies the cluster's Secrets by themselves."""

from collections.abc import Mapping

from todo_ci.core.context import Context
from todo_ci.rollout.secrets import applied
from todo_ci.rollout.secrets.applied import Applied


async def secrets(
    context: Context,
    *,
    registry: str,
    username: str,
    lock_timeout: float,
    plain: Mapping[str, str] | None = None,
    allow_unverified_database: bool = False,
) -> Applied:
    """Apply the cluster's Secrets, or leave the former ones.

    What is given is what ``app-secrets`` holds afterwards: a key that is left out is removed. What
    only the cluster's own parts tell each other (a sidecar's token, the password of
    ``smoke-user``) is made inside the step, once, and never leaves it.

    Args:
        context: the ports, and which secrets were given.
        registry: ``host[:port][/path]`` the images are pulled from.
        username: of the registry; empty leaves the pull Secret alone.
        lock_timeout: seconds to wait for a deploy.
        plain: values of flags that are no secrets.
        allow_unverified_database: True to take a database that does not prove who it is, where the
            environment asks for it.

    Raises:
        PipelineError: as ``prepare`` and ``apply`` do.
    """
    planned = applied.prepare(
        context, registry, username, plain, verified=not allow_unverified_database
    )
    return await applied.apply(context, planned, lock_timeout=lock_timeout)
