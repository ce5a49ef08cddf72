"""A server on a real socket, and readers of its streams."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
from fastapi import FastAPI

from server import DrainingServer
from tests.patience import PATIENCE_SECONDS

STREAM = "/api/dev-user/stream"


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncGenerator[str]:
    """Serve the app as the process does, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # What a stuck reader leaves in the kernel's buffers is not seen by the server.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        server = DrainingServer(app, app.state.settings)
        app.state.server = server
        task = asyncio.create_task(server.serve([listening]))
        while not server.started and not task.done():  # noqa: ASYNC110
            await anyio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@dataclass
class Reader:
    """Someone who follows a stream."""

    response: httpx.Response
    _lines: AsyncIterator[str]

    async def take(self, count: int) -> list[dict[str, Any]]:
        """Return the next events, each with its id, and insist that they come."""
        found: list[dict[str, Any]] = []
        fields: dict[str, str] = {}
        with anyio.fail_after(PATIENCE_SECONDS):
            while len(found) < count:
                line = await anext(self._lines)
                name, _, value = line.partition(": ")
                fields[name] = value
                if not line:
                    if "data" in fields:
                        assert fields["event"] == "activity"
                        found.append(json.loads(fields["data"]) | {"stream_id": fields["id"]})
                    fields = {}
        return found

    async def line(self, start: str) -> str:
        """Return the next line that starts so."""
        with anyio.fail_after(PATIENCE_SECONDS):
            async for line in self._lines:
                if line.startswith(start):
                    return line
        raise AssertionError(f"the stream ended without a line {start}…")

    async def rest(self) -> list[str]:
        """Return the lines until the stream ends, and insist that it does."""
        with anyio.fail_after(PATIENCE_SECONDS):
            return [line async for line in self._lines]


@asynccontextmanager
async def reading(
    address: str, last: str | None = None, user: str = "dev-user"
) -> AsyncGenerator[Reader]:
    """Open a stream and wait until it has begun."""
    # Here and wherever a test speaks plain HTTP: reading everybody's authorities, which nobody
    # is asked for, takes twenty times as long as a request.
    headers = {"X-Development-User": user} | ({} if last is None else {"Last-Event-ID": last})
    async with (
        httpx.AsyncClient(base_url=address, timeout=None, trust_env=False, verify=False) as client,
        client.stream("GET", f"/api/{user}/stream", headers=headers) as response,
    ):
        reader = Reader(response, aiter(response.aiter_lines()))
        if response.status_code == 200:
            await reader.line("retry: ")
        yield reader
