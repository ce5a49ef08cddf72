"""The backend's secrets: from the sidecar where there is one, else from the environment."""

import os
import time
from collections.abc import Mapping

import anyio

from services.dapr_client import DaprAway, DaprClient, DaprError
from services.logger import get_logger

SECRET = "app-secrets"  # noqa: S105 - the name of a Secret, not its value
VARIABLES = {
    "database-url": "DATABASE_URL",
    "cohere-api-key": "COHERE_API_KEY",
}
# The sidecar starts beside the app, not before it; while it is unavailable the app starts anyway.
WAIT_SECONDS = 10
_log = get_logger("secrets")


async def read_secrets(
    store: str | None, client: DaprClient, seconds: float = WAIT_SECONDS
) -> dict[str, str]:
    """Return the variables whose values the sidecar's secret store holds; never raise.

    Where it cannot be read within `seconds`, one warning says so, and the environment is what
    remains. The log tells the source of each secret, never a value.
    """
    found: Mapping[str, str] = {}
    if store:
        try:
            found = await fetch(store, client, seconds)
        except DaprError as error:
            _log.warning(
                "the sidecar gave no secrets (%s); using the environment. Next: see the sidecar's "
                "log, and that the app may read Secret %s through component %s",
                error,
                SECRET,
                store,
            )
    _log.info("sources of secrets", extra={"sources": sources(store, found)})
    return {VARIABLES[key]: value for key, value in found.items() if key in VARIABLES and value}


async def fetch(store: str, client: DaprClient, seconds: float) -> dict[str, str]:
    """Read the Secret through the sidecar, in at most `seconds` in total."""
    deadline = time.monotonic() + seconds
    await client.wait_outbound(seconds)
    try:
        with anyio.fail_after(deadline - time.monotonic()):
            return await client.get_secret(store, SECRET)
    except TimeoutError:
        raise DaprAway(f"no answer within {seconds:g} s") from None


def sources(store: str | None, found: Mapping[str, str]) -> dict[str, str]:
    """Say for each secret where its value comes from."""
    return {
        key: (store or "")
        if found.get(key)
        else ("environment" if os.environ.get(variable) else "unset")
        for key, variable in VARIABLES.items()
    }
