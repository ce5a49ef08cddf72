"""While somebody sends the worst messages to a server process, others are served as ever."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx

from tests.patience import PATIENCE_SECONDS

BACKEND = Path(__file__).parents[2]
PROMISED_SECONDS = 1.0
# Each took the server from seconds to for ever, and everybody else with it.
WORST = (
    "1. a\n" * 399,
    "a," * 999,
    "add buy milk" + "." * 40 + "and bread",
    "complete a and " * 66,
    "add " + "x, and " * 140,
    "- " * 999 + "x",
    "add buy milk, please" + ", please" * 110 + "x",
    "is " * 330 + "done",
)


@asynccontextmanager
async def server(folder: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """Run `todo serve` on an empty list, and yield a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        "PATH": os.defpath,
        "TODO_ENVIRONMENT": "test",
        "TODO_IDENTITY": "development",
        "TODO_PORT": str(port),
        "TODO_LOG_LEVEL": "error",
        "DATABASE_URL": f"sqlite:///{folder}/todo.db",
    }
    todo = [sys.executable, str(BACKEND / "todo")]
    await anyio.run_process([*todo, "migrate"], cwd=folder, env=environment)
    async with (
        await anyio.open_process([*todo, "serve"], cwd=folder, env=environment, stderr=None) as own,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            trust_env=False,
            verify=False,
            timeout=PATIENCE_SECONDS,
        ) as client,
    ):
        try:
            await _until_ready(client)
            yield client
        finally:
            own.terminate()


async def _until_ready(client: httpx.AsyncClient) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            try:
                (await client.get("/api/health/live")).raise_for_status()
                return
            except httpx.TransportError:
                await anyio.sleep(0.05)


async def listing(client: httpx.AsyncClient) -> float:
    """List somebody's tasks, and return the seconds that it took."""
    started = time.monotonic()
    answer = await client.get("/api/bob/tasks", headers={"X-Development-User": "bob"})
    assert answer.status_code == 200, answer.text
    return time.monotonic() - started


async def said(client: httpx.AsyncClient, message: str) -> str:
    body = {"message": message, "conversation_id": None, "time_zone": "UTC"}
    answer = await client.post("/api/ann/chat", json=body, headers={"X-Development-User": "ann"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def all_said(client: httpx.AsyncClient, messages: Sequence[str]) -> list[str]:
    return [await said(client, each) for each in messages]


async def test_everybody_else_is_served_meanwhile(tmp_path: Path) -> None:
    async with server(tmp_path) as client:
        usual = max([await listing(client) for _ in range(10)])
        # Two conversations at a time: a file of SQLite has one writer, and this is not about that.
        worst = asyncio.gather(all_said(client, WORST[::2]), all_said(client, WORST[1::2]))
        took = [await listing(client)]
        while not worst.done():
            took.append(await listing(client))
        # Of a machine that is busy with something else, no more is asked than it did before.
        assert max(took) < max(PROMISED_SECONDS, 3 * usual)
        for replies in await worst:
            assert all("event: done" in reply for reply in replies)
        # It still reads.
        assert "Added “buy milk”" in await said(client, "add buy milk")
