"""Clients that ask as fast as they are answered: kept-alive connections, no retries."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# What a server does slowly only once has been done by then.
WARM_UP_SECONDS = 1.0


@dataclass(frozen=True)
class Api:
    """Say how an API takes the same three questions.

    Args:
        address: ``http://host:port``.
        things: where one's things are made and listed, with the name of a user in braces.
        first_page: query that asks for the newest 50.
        tokens: a bearer token for each user.
    """

    address: str
    things: str
    first_page: str
    tokens: dict[str, str]

    def create(self, user: str, number: int) -> bytes:
        """Make a thing."""
        body = json.dumps({"title": f"Book train {number}", "description": "Window seat. " * 8})
        return self._request("POST", user, "", body)

    def page(self, user: str, _: int) -> bytes:
        """List the newest 50."""
        return self._request("GET", user, self.first_page)

    def _request(self, method: str, user: str, query: str, body: str = "") -> bytes:
        return (
            f"{method} {self.things.format(user=user)}{query} HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {self.tokens[user]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


@dataclass
class Answered:
    """Hold how long each good answer took, in seconds, and what the others said."""

    seconds: list[float] = field(default_factory=list[float])
    failures: list[str] = field(default_factory=list[str])
    duration: float = 0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.duration if self.duration else 0.0


async def ask(
    api: Api, request: Callable[[str, int], bytes], seconds: float, connections: int
) -> Answered:
    """Ask over and over, each connection for the users in turn."""
    place, users = urlsplit(api.address), list(api.tokens)
    answered = Answered()
    start = time.perf_counter() + WARM_UP_SECONDS
    end = start + seconds

    async def one_connection(first: int) -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        number = first
        while (before := time.perf_counter()) < end:
            writer.write(request(users[number % len(users)], number))
            status, said = await answer(reader)
            now = time.perf_counter()
            if status >= 300:
                answered.failures.append(f"{status} {said}")
            elif before >= start and now <= end:
                answered.seconds.append(now - before)
            number += connections
        writer.close()

    await asyncio.gather(*(one_connection(first) for first in range(connections)))
    answered.duration = seconds
    return answered


async def answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Read one answer to its end and return its status, and the text of one that is not good."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    status, body = int(head[0].split()[1]), b""
    for line in head:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            body = await reader.readexactly(int(value))
    return status, body.decode(errors="replace") if status >= 300 else ""


def told(failures: list[str]) -> str:
    """Count failed requests, and quote the first."""
    return f"failed {len(failures)}" + (f" ({failures[0]})" if failures else "")
