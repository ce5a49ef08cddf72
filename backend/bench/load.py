"""A writer for the API: a fixed rate, kept-alive connections, no retries."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.clients import answer

_DESCRIPTION = "Window seat, quiet car. " * 12


@dataclass
class Written:
    """Say how many requests were answered 201, what the others said, and how long all took."""

    accepted: int = 0
    failures: list[str] = field(default_factory=list[str])
    seconds: list[float] = field(default_factory=list[float])
    duration: float = 0


async def write(address: str, per_second: int, seconds: int, connections: int = 32) -> Written:
    """Create tasks for several users, each request due at its own moment."""
    written = Written()
    place = urlsplit(address)
    due = iter(range(per_second * seconds))
    start = time.perf_counter()

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        for number in due:
            await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
            before = time.perf_counter()
            writer.write(_request(number))
            status, said = await answer(reader)
            written.seconds.append(time.perf_counter() - before)
            if status == 201:
                written.accepted += 1
            else:
                written.failures.append(f"{status} {said}")
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    written.duration = time.perf_counter() - start
    return written


def _request(number: int) -> bytes:
    user = f"api-{number % 100}"
    body = json.dumps({"title": f"Book train {number}", "description": _DESCRIPTION}).encode()
    return (
        f"POST /api/{user}/tasks HTTP/1.1\r\nHost: bench\r\nX-Development-User: {user}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
