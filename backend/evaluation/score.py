"""Whether an engine did what a sentence asks for: judged by its effect on the list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from evaluation.cases import Case, Step, normalise
from evaluation.fixtures import LEVELS, Reply, World, world
from schemas.tasks import TaskRead
from services.assistant.assistant import Assistant

Tasks = Mapping[UUID, TaskRead]
_NOT_FOUND = re.compile(r"\b(?:no |not |n't |nothing|cannot|could not|none)", re.IGNORECASE)
_FIELDS = ("title", "description", "priority", "tags", "due", "remind", "done")


@dataclass(frozen=True)
class Verdict:
    """The result of one case.

    Args:
        intent: every turn did the right kind of thing.
        exact: and to the right tasks, with the right values.
        why: what was wrong first.
    """

    case: Case
    intent: bool
    exact: bool
    why: str = ""


async def judge(case: Case, assistant: Assistant) -> Verdict:
    """Hold one conversation on a fresh list and compare each turn with its label."""
    async with world(case.seeds, case.now, assistant) as here:
        before: Tasks = await here.tasks()
        names = {key: task.title for key, task in before.items()}
        intent, why = True, ""
        for number, step in enumerate(case.steps, 1):
            reply = await here.say(step.said)
            fits = kind_fits(step.expect, reply, before)
            wrong = await _wrong(step, reply, before, names, here, number == len(case.steps))
            intent = intent and fits
            if wrong and not why:
                why = f"turn {number}: {wrong}" if len(case.steps) > 1 else wrong
            before = reply.tasks
            names = {key: task.title for key, task in before.items()}
        return Verdict(case, intent, not why, why)


def kind_fits(expect: Mapping[str, Any], reply: Reply, before: Tasks) -> bool:
    """Tell whether the right kind of thing was done, whatever its values."""
    used = {use.name for use in reply.uses}
    changed = differences(before, reply.tasks)
    if expect.get("asks"):
        return not changed and _asks(expect, reply)
    tool = expect["tool"]
    names = set(many(tool))
    if tool is None:
        return not used
    if "list_tasks" in names:
        return "list_tasks" in used and not changed
    return bool(used & (names | _ALSO.get(next(iter(names)), set())))


# A field may be changed through the other tool.
_ALSO = {"update_task": {"set_reminder"}, "set_reminder": {"update_task", "add_task"}}


def differences(before: Tasks, after: Tasks) -> set[UUID]:
    """Return the tasks that came, went or changed."""
    ids = set(before) | set(after)
    return {key for key in ids if before.get(key) != after.get(key)}


async def _wrong(
    step: Step, reply: Reply, before: Tasks, names: Mapping[UUID, str], here: World, last: bool
) -> str:
    expect = step.expect
    if reply.problem:
        return reply.problem
    if expect.get("asks") and expect["tool"] == "delete_task":
        return await _asked_to_delete(expect, reply, before, here, last)
    if expect.get("asks"):
        return _asked(expect, reply, before)
    tool = expect["tool"]
    if tool is None:
        return f"called {[use.name for use in reply.uses]}" if reply.uses else ""
    if tool == "list_tasks":
        return _listed(expect, reply, before)
    if "task" in expect:
        return _changed(expect, reply, before, names, here.now)
    return _added(expect, reply, before, here.now)


def _asked(expect: Mapping[str, Any], reply: Reply, before: Tasks) -> str:
    if differences(before, reply.tasks):
        return "changed something instead of asking"
    if not _asks(expect, reply):
        return f"did not ask: {reply.text!r}"
    wanted = expect.get("candidates")
    if wanted:
        titles = [
            task.title for task in before.values() if not task.completed or task.title in wanted
        ]
        named = {title for title in titles if title in reply.text}
        if named != set(wanted):
            return f"named {sorted(named)}"
    return ""


def _asks(expect: Mapping[str, Any], reply: Reply) -> bool:
    asks = "?" in reply.text
    return asks or (expect.get("about") == "unknown" and bool(_NOT_FOUND.search(reply.text)))


async def _asked_to_delete(
    expect: Mapping[str, Any], reply: Reply, before: Tasks, here: World, last: bool
) -> str:
    if differences(before, reply.tasks):
        return "changed something before asking"
    if "?" not in reply.text:
        return f"did not ask: {reply.text!r}"
    wanted = set(many(expect["task"]))
    if not last:
        named = {task.title for task in before.values() if task.title in reply.text}
        return "" if wanted <= named else f"asked about {sorted(named)}"
    after = (await here.say("yes")).tasks
    gone = {task.title for key, task in before.items() if key not in after}
    return "" if gone == wanted else f"after a yes {sorted(gone)} are gone"


def _listed(expect: Mapping[str, Any], reply: Reply, before: Tasks) -> str:
    if differences(before, reply.tasks):
        return "changed something"
    lists = [use.result or {} for use in reply.uses if use.name == "list_tasks"]
    if not lists:
        return f"listed nothing: {reply.text!r}"
    # A model may look before it shows.
    shown = [task["title"] for task in lists[-1].get("tasks", [])]
    return "" if sorted(shown) == sorted(expect["shows"]) else f"showed {shown}"


def _added(expect: Mapping[str, Any], reply: Reply, before: Tasks, now: datetime) -> str:
    new = [task for key, task in reply.tasks.items() if key not in before]
    others = differences(before, reply.tasks) - {task.id for task in new}
    if others:
        return "changed another task"
    titles = sorted(normalise(title) for title in many(expect["title"]))
    if sorted(normalise(task.title) for task in new) != titles:
        return f"added {[task.title for task in new]}"
    for task in new:
        for name in ("description", "priority", "tags", "due", "remind"):
            if name == "priority" and name not in expect:
                continue
            if wrong := _field(task, name, expect.get(name), now):
                return wrong
    return ""


def _changed(
    expect: Mapping[str, Any], reply: Reply, before: Tasks, names: Mapping[UUID, str], now: datetime
) -> str:
    wanted = set(many(expect["task"]))
    changed = differences(before, reply.tasks)
    titles = {names[key] for key in changed if key in names}
    # Of several tasks one may be as wanted already.
    so_already = {
        names[key]
        for key, task in before.items()
        if names[key] in wanted - titles and not _differs(task, expect, now)
    }
    if not titles or titles | so_already != wanted or not changed <= set(before):
        return f"changed {sorted(titles) or 'nothing'}: {reply.text!r}"
    if expect["tool"] == "delete_task":
        return "" if not changed & set(reply.tasks) else "not deleted"
    for key in changed:
        if key not in reply.tasks:
            return "deleted it"
        old, new = before[key], reply.tasks[key]
        done = expect["tool"] == "complete_task" or expect.get("done", old.completed)
        if new.completed != done:
            return f"done is {new.completed}"
        for name in _FIELDS[:-1]:
            if name in expect:
                wrong = _field(new, name, expect[name], now)
            else:
                wrong = "" if _value(old, name) == _value(new, name) else f"{name} changed"
            if wrong:
                return wrong
    return ""


def _differs(task: TaskRead, expect: Mapping[str, Any], now: datetime) -> bool:
    done = expect.get("done", expect["tool"] == "complete_task" or task.completed)
    named = [name for name in _FIELDS[:-1] if name in expect]
    return (
        expect["tool"] == "delete_task"
        or task.completed != done
        or any(_field(task, name, expect[name], now) for name in named)
    )


def _field(task: TaskRead, name: str, wanted: Any, now: datetime) -> str:
    value = _value(task, name)
    match name:
        case "title" | "description":
            fits = normalise(value) == normalise(wanted)
        case "priority":
            fits = value == LEVELS[wanted]
        case "tags":
            fits = {tag.lower().lstrip("#") for tag in value} == set(wanted or [])
        case _:
            fits = _same_moment(value, wanted, now)
    return "" if fits else f"{name} is {value}"


def _same_moment(value: datetime | None, wanted: str | None, now: datetime) -> bool:
    if value is None or wanted is None:
        return value is None and wanted is None
    local = value.astimezone(now.tzinfo)
    if "T" not in wanted:
        return f"{local:%Y-%m-%d}" == wanted
    there = datetime.fromisoformat(wanted).replace(tzinfo=now.tzinfo)
    return abs((value - there).total_seconds()) < 60


def _value(task: TaskRead, name: str) -> Any:
    return getattr(task, {"due": "due_at", "remind": "remind_at"}.get(name, name))


def many(value: Any) -> Sequence[str]:
    """Return what a label names one or several of."""
    return cast("list[str]", value) if isinstance(value, list) else [value]
