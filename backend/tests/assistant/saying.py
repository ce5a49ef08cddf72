"""A person with a few tasks who says something to the offline engine, and what changes by it."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from evaluation.fixtures import Reply, World, world
from services.assistant.assistant import Assistant
from services.assistant.engines.offline.engine import OfflineEngine

ZONE = ZoneInfo("Europe/Berlin")
# A Tuesday, two in the afternoon.
NOW = datetime(2026, 3, 10, 14, tzinfo=ZONE)
OPEN = (
    "buy milk", "call mom", "pay rent", "gym", "finish quarterly report", "call the dentist",
    "water the plants",
)  # fmt: skip
SEEDS: list[dict[str, Any]] = [
    *({"title": title} for title in OPEN),
    {"title": "renew passport", "done": True},
]
SEEDS[2]["priority"] = "high"
SEEDS[6]["tags"] = ["home"]
MARCH = "2026-03-{:02d}".format


def named(value: object) -> str:
    return " / ".join(map(str, cast("list[str]", value))) if isinstance(value, list) else ""


def person() -> AbstractAsyncContextManager[World]:
    """Start from these tasks."""
    return world(SEEDS, NOW, Assistant(OfflineEngine()))


async def say(here: World, *sentences: str) -> Reply:
    reply = Reply("", [], {})
    for sentence in sentences:
        reply = await here.say(sentence)
        assert reply.problem is None, reply.problem
    return reply


async def changed(here: World, *sentences: str) -> tuple[dict[str, Any], str]:
    """Say something; return what is different afterwards, as words by title, and the reply."""
    before = await here.tasks()
    reply = await say(here, *sentences)
    found: dict[str, Any] = {
        task.title: "gone" for k, task in before.items() if k not in reply.tasks
    }
    for key, task in reply.tasks.items():
        old = before.get(key)
        if old == task:
            continue
        facts = [] if old else ["new"]
        facts += ["done"] if task.completed and not (old and old.completed) else []
        facts += ["open"] if old and old.completed and not task.completed else []
        if task.due_at and (old is None or old.due_at != task.due_at):
            facts.append(f"due {task.due_at.astimezone(ZONE):%Y-%m-%d}")
            if (at := task.due_at.astimezone(ZONE)).minute != 59:
                facts[-1] += f"{at: %H:%M}"
        if task.remind_at and (old is None or old.remind_at != task.remind_at):
            facts.append(f"reminder {task.remind_at.astimezone(ZONE):%Y-%m-%d %H:%M}")
        if old and old.priority != task.priority:
            facts.append(task.priority.value)
        if old and old.title != task.title:
            facts.append(f"was {old.title}")
        found[task.title] = ", ".join(facts)
    return found, reply.text
