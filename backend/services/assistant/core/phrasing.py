"""Sentences about what was done: every fact comes from a tool's result."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas.conversations import ToolStatus, ToolUse
from schemas.memory import Call
from schemas.tasks import TaskCreate, TaskRead

SHOWN = 20
_DAYS = ("today", "tomorrow")


def quoted(title: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK}"


def all_of(titles: Sequence[str], last: str = "and") -> str:
    """Return titles as people list them."""
    named = [quoted(title) for title in titles]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {last} {named[-1]}"


def moment(value: datetime, now: datetime) -> str:
    """Say a moment in the user's zone: "tomorrow, Wed 11 March at 17:00"; a whole day has no time.

    Args:
        now: aware, in the user's zone.
    """
    local = value.astimezone(now.tzinfo)
    ahead = (local.date() - now.date()).days
    day = f"{local:%a} {local.day} {local:%B}"
    if local.year != now.year:
        day += f" {local.year}"
    if 0 <= ahead < len(_DAYS):
        day = f"{_DAYS[ahead]}, {day}"
    whole = (local.hour, local.minute) == (23, 59)
    return day if whole else f"{day} at {local:%H:%M}"


def _tags(task: TaskRead | TaskCreate) -> str:
    return " ".join(f"#{tag}" for tag in task.tags)


# What is said of each field of a task that was added, beside its title; nothing where it is empty.
ADDED: Mapping[str, Callable[[TaskRead | TaskCreate, datetime], str]] = {
    "due_at": lambda task, now: f"due {moment(task.due_at, now)}" if task.due_at else "",
    "priority": lambda task, _: f"{task.priority} priority" if task.priority != "normal" else "",
    "tags": lambda task, _: _tags(task),
    "description": lambda task, _: (
        f"with the note {quoted(task.description)}" if task.description else ""
    ),
    "remind_at": lambda task, now: (
        f"with a reminder {moment(task.remind_at, now)}" if task.remind_at else ""
    ),
}
# What is said of each field that was changed.
CHANGED: Mapping[str, Callable[[TaskRead, datetime], str]] = {
    "title": lambda task, _: f"renamed to {quoted(task.title)}",
    "description": lambda task, _: (
        f"the note is now {quoted(task.description)}" if task.description else "the note is gone"
    ),
    "due_at": lambda task, now: (
        f"now due {moment(task.due_at, now)}" if task.due_at else "no due date any more"
    ),
    "remind_at": lambda task, now: (
        f"I will remind you {moment(task.remind_at, now)}"
        if task.remind_at
        else "the reminder is gone"
    ),
    "priority": lambda task, _: f"now {task.priority} priority",
    "tags": lambda task, _: f"tagged {_tags(task)}" if task.tags else "no tags now",
    "completed": lambda task, _: "done" if task.completed else "open again",
}


def task_line(task: TaskRead, now: datetime) -> str:
    """Say of a task what a list of it shows."""
    facts: list[str] = []
    if task.completed:
        facts.append("done")
    elif task.due_at:
        facts.append(f"{'was due' if task.due_at < now else 'due'} {moment(task.due_at, now)}")
    if task.priority != "normal":
        facts.append(f"{task.priority} priority")
    facts += [f"#{tag}" for tag in task.tags]
    return f"{task.title} ({', '.join(facts)})" if facts else task.title


def done_so_far(uses: Sequence[ToolUse], before: Mapping[str, TaskRead], now: datetime) -> str:
    """Say what some calls did, and which of them failed.

    Args:
        before: the tasks as they were, by id: what changed is told from the difference.
    """
    sentences: list[str] = []
    for name in dict.fromkeys(use.name for use in uses if use.name != "list_tasks"):
        same = [use for use in uses if use.name == name and use.status is ToolStatus.DONE]
        if name in ("complete_task", "delete_task") and same:
            verb = "Done" if name == "complete_task" else "Deleted"
            sentences.append(f"{verb}: {all_of([_of(use).title for use in same])}.")
        else:
            sentences += [_one(use, before, now) for use in same]
    sentences += [_failure(use, before) for use in uses if use.status is ToolStatus.FAILED]
    return " ".join(sentences)


def effects_of(calls: Sequence[Call], before: Mapping[str, TaskRead], now: datetime) -> str:
    """Say what some calls would do: tasks of which the same would become are named together."""
    fields: dict[str, dict[str, Any]] = {}
    for call in calls:
        key = str(call.arguments.get("task_id") or f"new {len(fields)}")
        fields[key] = fields.get(key, {}) | call.arguments
    groups: dict[str, list[str]] = {}
    for key, changes in fields.items():
        old = before.get(key)
        if old is None and "title" in changes:
            words = ""
            with suppress(ValidationError):
                words = _added(TaskCreate.model_validate(changes), now).removeprefix(", ")
            groups.setdefault(words, []).append(changes["title"])
        elif old is not None:
            words = ""
            # What a model made up is found out after the yes, as any other failure.
            with suppress(ValidationError):
                new = TaskRead.model_validate(old.model_dump() | changes)
                words = ", ".join(_changes(new, old, changes, now))
            groups.setdefault(words, []).append(old.title)
    said = [f"{all_of(names)}{f' ({words})' if words else ''}" for words, names in groups.items()]
    return "; ".join(said) or "this"


def _one(use: ToolUse, before: Mapping[str, TaskRead], now: datetime) -> str:
    task = _of(use)
    if use.name == "add_task":
        return f"Added {quoted(task.title)}{_added(task, now)}."
    old = before.get(str(task.id))
    changes = _changes(task, old, use.arguments, now)
    if not changes:
        return f"{quoted(task.title)} is so already."
    subject = quoted(old.title if old else task.title)
    return f"{subject}: {', '.join(changes)}."


def _added(task: TaskRead | TaskCreate, now: datetime) -> str:
    facts = (say(task, now) for say in ADDED.values())
    return "".join(f", {words}" for words in facts if words)


def _changes(
    task: TaskRead, old: TaskRead | None, arguments: Mapping[str, Any], now: datetime
) -> list[str]:
    return [
        say(task, now)
        for name, say in CHANGED.items()
        if name in arguments and (old is None or getattr(old, name) != getattr(task, name))
    ]


def _failure(use: ToolUse, before: Mapping[str, TaskRead]) -> str:
    error: dict[str, Any] = (use.result or {}).get("error", {})
    task = before.get(str(use.arguments.get("task_id")))
    what = quoted(task.title) if task else quoted(str(use.arguments.get("title", use.name)))
    return f"That did not work for {what}: {error.get('title')}. {error.get('detail')}"


def _of(use: ToolUse) -> TaskRead:
    result = use.result or {}
    return TaskRead.model_validate(result.get("task") or result["deleted"])


def listed(tasks: Sequence[TaskRead], more: bool, what: str, now: datetime) -> str:
    """Say which tasks a list has, numbered, so that "the second one" can be said of it.

    Args:
        what: the tasks asked for: "open tasks due this week".
    """
    if not tasks:
        return f"There are no {what}."
    head = f"{len(tasks)}{'+' if more else ''} {what}:" if len(tasks) > 1 else f"1 {_single(what)}:"
    lines = [f"{number}. {task_line(task, now)}" for number, task in enumerate(tasks[:SHOWN], 1)]
    if len(tasks) > SHOWN:
        lines.append(f"and {len(tasks) - SHOWN} more")
    return "\n".join([head, *lines])


def _single(what: str) -> str:
    return what.replace("tasks", "task", 1)


def verb_of(calls: Sequence[Call]) -> str:
    """Return the word for all of what these calls do."""
    tools = {call.tool for call in calls}
    return {"delete_task": "delete", "complete_task": "complete", "add_task": "add"}.get(
        calls[0].tool if len(tools) == 1 else "", "change"
    )
