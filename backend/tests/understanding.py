"""Describe in few words how a sentence is understood, said about the list `home` of evaluation/."""

import json
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from evaluation.cases import FOLDER
from evaluation.fixtures import LEVELS, moment
from schemas.memory import Call, Memory
from schemas.tasks import TaskRead
from services.assistant.engines.offline.intent_router import understand
from services.assistant.engines.offline.planning.plan import (
    Do,
    More,
    Plan,
    Show,
    Talk,
    Undo,
    Unknown,
    Unread,
    Which,
)
from services.assistant.language.task_context import Context

# A Tuesday.
NOW = datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Europe/Berlin"))


def context(memory: Memory | None = None) -> Context:
    """Return the context of somebody who has the tasks of the list `home`."""
    seeds = json.loads((FOLDER / "seeds.json").read_text())["home"]
    tasks = [
        TaskRead(
            id=uuid.uuid5(uuid.NAMESPACE_OID, seed["title"]),
            title=seed["title"],
            description=seed.get("description"),
            completed=seed.get("done", False),
            completed_at=None,
            due_at=moment(seed.get("due"), NOW),
            remind_at=moment(seed.get("remind"), NOW),
            reminded_at=None,
            priority=LEVELS[seed.get("priority", "normal")],
            tags=seed.get("tags", []),
            version=1,
            created_at=datetime(2026, 3, 1, tzinfo=UTC),
            updated_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
        for seed in seeds
    ]
    return Context(NOW, tasks, memory or Memory())


def understood(said: str, memory: Memory | None = None) -> str:
    """Return what is done with a message: calls, or what is asked."""
    here = context(memory)
    return "; ".join(_plan(plan, here) for plan in understand(said, here))


def _plan(plan: Plan, here: Context) -> str:
    match plan:
        case Do(calls, asks):
            return "; ".join(_call(call, here) for call in calls) + ("?" if asks else "")
        case Undo(calls):
            return "; ".join(_call(call, here) for call in calls)
        case Show(call):
            return _call(call, here)
        case Which(options):
            return f"which: {' | '.join(sorted(task.title for task in options))}".rstrip()
        case More(kind, _, tasks):
            return f"{kind}: {''.join(task.title for task in tasks)}".rstrip()
        case Unknown(said):
            return f"unknown: {said}"
        case Unread(words):
            return f"unread: {', '.join(words)}"
        case Talk(topic):
            return topic.value


def _call(call: Call, here: Context) -> str:
    titles = {str(task.id): task.title for task in here.tasks}
    arguments = dict(call.arguments)
    task = titles.get(arguments.pop("task_id", ""), "")
    verb = call.tool.removesuffix("_task").removesuffix("_tasks")
    if arguments.get("status") == "open":
        del arguments["status"]
    fields = [f"{name}={_value(value)}" for name, value in arguments.items()]
    return " ".join(filter(None, (verb, task and f"[{task}]", *fields)))


def _value(value: object) -> str:
    if isinstance(value, str) and len(value) > 18 and value[4:5] == "-":
        local = datetime.fromisoformat(value)
        return f"{local:%d.%m. %H:%M}"
    return str(value)
