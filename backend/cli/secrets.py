"""Secrets of a verb, from the sidecar where one is set."""

from services.dapr_client import DaprClient
from services.secret_store import WAIT_SECONDS, read_secrets
from settings import ProcessSettings


async def read(process: ProcessSettings, seconds: float = WAIT_SECONDS) -> dict[str, str]:
    """Ask the sidecar for the app's secrets, for so many seconds at most."""
    async with DaprClient(process.dapr_http_port) as sidecar:
        return await read_secrets(process.secret_store, sidecar, seconds)
