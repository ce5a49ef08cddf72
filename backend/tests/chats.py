"""People who chat with the app, and an engine that says what a test tells it to."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx
import pytest

import main
from errors import Problem
from schemas.memory import Call
from services.assistant.core.confirmation import Performance
from services.assistant.core.engine import Event, Text, Turn
from settings import Settings
from tests.patience import PATIENCE_SECONDS

CHAT = "/api/dev-user/chat"
CONVERSATIONS = "/api/dev-user/conversations"
Said = list[tuple[str, dict[str, Any]]]


def events_of(stream: str) -> Said:
    """Read a whole stream of events: the name and the data of each, comments left out."""
    found: Said = []
    for block in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


@dataclass
class Talk:
    """One person in one conversation, which begins with the first message."""

    client: httpx.AsyncClient
    id: str | None = None
    user: str = "dev-user"
    zone: str = "Europe/Berlin"

    async def post(self, message: str, **headers: str) -> httpx.Response:
        body = {"message": message, "conversation_id": self.id, "time_zone": self.zone}
        named = {"X-Development-User": self.user} | headers
        return await self.client.post(f"/api/{self.user}/chat", json=body, headers=named)

    async def say(self, message: str) -> Said:
        """Say something and return the events of the reply."""
        answer = await self.post(message)
        assert answer.status_code == 200, answer.text
        found = events_of(answer.text)
        self.id = found[0][1]["id"]
        return found

    async def hear(self, message: str) -> str:
        """Say something and return the words of the reply."""
        return text_of(await self.say(message))

    async def messages(self) -> list[dict[str, Any]]:
        """Return what is stored of the conversation."""
        headers = {"X-Development-User": self.user}
        path = f"/api/{self.user}/conversations/{self.id}"
        return (await self.client.get(path, headers=headers)).json()["messages"]


def text_of(said: Said) -> str:
    return "".join(data["delta"] for name, data in said if name == "text")


async def activity_of(client: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """Return the activity of the developer, newest first, once there is so much of it."""
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            found = (await client.get("/api/dev-user/activity")).json()["items"]
            if len(found) >= count:
                return found
            await anyio.sleep(0.05)


@dataclass
class Scripted:
    """An engine that calls what it is told to, waits, and says something.

    Args:
        calls: what it does first.
        gate: what it waits for in the middle.
        problem: what it raises at the end.
    """

    name: str = "scripted"
    calls: list[Call] = field(default_factory=list[Call])
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Callable[[], Exception] | None = None
    turns: list[Turn] = field(default_factory=list[Turn])

    async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
        self.turns.append(turn)
        performance = Performance(turn, {})
        async for use in performance.make(self.calls):
            yield use
        yield Text("One moment.")
        self.begun.set()
        await self.gate.wait()
        if self.problem:
            raise self.problem()
        yield Text(" Here I am.")


def use_engine(engine: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let apps that start from now on reply with this engine."""

    @asynccontextmanager
    async def choose(_: Settings) -> AsyncGenerator[Scripted]:
        yield engine

    monkeypatch.setattr(main, "create_engine", choose)


class Unwell(Problem):
    status, code, title = 503, "unwell", "The engine is not well"
