"""One user who lists tasks, and another who asks for as much as may be asked for."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.clients import answer
from schemas.chat import MAX_MESSAGE
from services.assistant.engines.offline.limits import CHARACTERS

MESSAGES, STREAMS = 20, 200
# One thing after the other until a message is full: more than is read at once.
LONGEST = ("add buy milk and bread, then " * MAX_MESSAGE)[:MAX_MESSAGE]
# As long as is read, and about many tasks.
READ = ("complete all the errands and the trains and the rent of the year " * CHARACTERS)[
    :CHARACTERS
]
_USER, _OTHER = "bob", "ann"


@dataclass
class Listings:
    """Hold the seconds each good answer took, those of the others, and their statuses."""

    seconds: list[float] = field(default_factory=list[float])
    refused: list[int] = field(default_factory=list[int])
    refused_after: list[float] = field(default_factory=list[float])


async def listings(
    address: str, over: Callable[[], bool], user: str = _USER, query: str = ""
) -> Listings:
    """List a user's tasks, again as soon as it was answered, until something is over."""
    seen = Listings()
    reader, writer = await _connect(address)
    request = _request("GET", f"/api/{user}/tasks?limit=50{query}", user)
    while True:
        before = time.perf_counter()
        writer.write(request)
        status, _ = await answer(reader)
        took = time.perf_counter() - before
        if status == 200:
            seen.seconds.append(took)
        else:
            seen.refused.append(status)
            seen.refused_after.append(took)
        if over():
            writer.close()
            return seen


async def listings_for(
    address: str, seconds: float, user: str = _USER, query: str = ""
) -> Listings:
    """List a user's tasks for some time, once at least."""
    end = time.perf_counter() + seconds
    return await listings(address, lambda: time.perf_counter() > end, user, query)


async def listings_during(address: str, load: Awaitable[object]) -> Listings:
    """List one user's tasks until a load has ended; what became of the load is raised."""
    running = asyncio.ensure_future(load)
    try:
        seen = await listings(address, running.done)
    finally:
        running.cancel()
    await running
    return seen


async def send_messages(address: str, message: str = LONGEST) -> list[bytes]:
    """Send long messages of another user at once, and return the whole replies."""
    body = json.dumps({"message": message, "conversation_id": None, "time_zone": "UTC"})
    request = _request("POST", f"/api/{_OTHER}/chat", _OTHER, body)

    async def one() -> bytes:
        reader, writer = await _connect(address)
        writer.write(request)
        said = b""
        # The end of the reply; where it is refused, the end of the connection.
        while not said.endswith(b"0\r\n\r\n") and (chunk := await reader.read(65536)):
            said += chunk
        writer.close()
        return said

    return await asyncio.gather(*(one() for _ in range(MESSAGES)))


async def send_read_messages(address: str) -> list[bytes]:
    """Send the longest messages that are read."""
    return await send_messages(address, READ)


async def open_streams(address: str) -> list[bytes]:
    """Open event streams of another user at once, and return how each began; all are closed."""
    request = _request("GET", f"/api/{_OTHER}/stream", _OTHER)
    begun = await asyncio.gather(*(_begin(address, request) for _ in range(STREAMS)))
    for _, writer in begun:
        writer.close()
    return [said for said, _ in begun]


async def _begin(address: str, request: bytes) -> tuple[bytes, asyncio.StreamWriter]:
    reader, writer = await _connect(address)
    writer.write(request)
    return await reader.readuntil(b"retry: "), writer


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(address)
    return await asyncio.open_connection(place.hostname, place.port)


def _request(method: str, path: str, user: str, body: str = "") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: bench\r\nX-Development-User: {user}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
