"""The backend as a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx

from tests.patience import PATIENCE_SECONDS

BACKEND = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@asynccontextmanager
async def serving(database_url: str, **settings: str) -> AsyncGenerator[str]:
    """Run `todo serve` until its start-up is over, and yield its address."""
    port = free_port()
    environment = {
        "PATH": os.defpath,
        "TODO_ENVIRONMENT": "test",
        "TODO_IDENTITY": "development",
        "TODO_PORT": str(port),
        "DATABASE_URL": database_url,
    } | settings
    command = [sys.executable, str(BACKEND / "todo"), "serve"]
    address = f"http://127.0.0.1:{port}"
    async with await anyio.open_process(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=None
    ) as process:
        try:
            await _started(address)
            yield address
        finally:
            process.terminate()
            with anyio.move_on_after(PATIENCE_SECONDS, shield=True):
                await process.wait()


async def _started(address: str) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        async with httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client:
            while True:
                with anyio.move_on_after(5):
                    try:
                        if (await client.get("/api/health/startup")).is_success:
                            return
                    except httpx.TransportError:
                        pass
                await anyio.sleep(0.05)
