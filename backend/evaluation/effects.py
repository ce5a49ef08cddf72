"""The effect of a sentence on the tasks, compared with its label."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from evaluation.cases import normalise
from evaluation.fixtures import LEVELS
from schemas.tasks import TaskRead

Tasks = Mapping[UUID, TaskRead]
FIELDS = ("title", "description", "priority", "tags", "due", "remind", "done")


def differences(before: Tasks, after: Tasks) -> set[UUID]:
    """Return the tasks that came, went or changed."""
    ids = set(before) | set(after)
    return {key for key in ids if before.get(key) != after.get(key)}


def added(expect: Mapping[str, Any], before: Tasks, after: Tasks, now: datetime) -> str:
    """Say what is wrong with the new tasks, or nothing."""
    new = [task for key, task in after.items() if key not in before]
    others = differences(before, after) - {task.id for task in new}
    if others:
        return "changed another task"
    titles = sorted(normalise(title) for title in many(expect["title"]))
    if sorted(normalise(task.title) for task in new) != titles:
        return f"added {[task.title for task in new]}"
    for task in new:
        for name in ("description", "priority", "tags", "due", "remind"):
            if name == "priority" and name not in expect:
                continue
            if wrong := field_of(task, name, expect.get(name), now):
                return wrong
    return ""


def changed(
    expect: Mapping[str, Any],
    before: Tasks,
    after: Tasks,
    names: Mapping[UUID, str],
    now: datetime,
) -> str:
    """Say what is wrong with the tasks that were to change, or nothing."""
    wanted = set(many(expect["task"]))
    touched = differences(before, after)
    titles = {names[key] for key in touched if key in names}
    # Of several tasks one may be as wanted already.
    so_already = {
        names[key]
        for key, task in before.items()
        if names[key] in wanted - titles and not _differs(task, expect, now)
    }
    if not titles or titles | so_already != wanted or not touched <= set(before):
        return f"changed {sorted(titles) or 'nothing'}"
    if expect["tool"] == "delete_task":
        return "" if not touched & set(after) else "not deleted"
    for key in touched:
        if key not in after:
            return "deleted it"
        old, new = before[key], after[key]
        done = expect["tool"] == "complete_task" or expect.get("done", old.completed)
        if new.completed != done:
            return f"done is {new.completed}"
        for name in FIELDS[:-1]:
            if name in expect:
                wrong = field_of(new, name, expect[name], now)
            else:
                wrong = "" if value_of(old, name) == value_of(new, name) else f"{name} changed"
            if wrong:
                return wrong
    return ""


def both(
    parts: Sequence[Mapping[str, Any]],
    before: Tasks,
    after: Tasks,
    names: Mapping[UUID, str],
    now: datetime,
) -> str:
    """Judge each part of a label by the tasks that it names, or by those that are new."""
    meant = {title for part in parts if "task" in part for title in many(part["task"])}
    for key in differences(before, after):
        if key in names and names[key] not in meant:
            return f"changed {names[key]!r}"
    for part in parts:
        if "task" not in part:
            mine = {**before, **{k: task for k, task in after.items() if k not in before}}
            wrong = added(part, before, mine, now)
        else:
            own = set(many(part["task"]))
            mine = {k: after.get(k, t) if names[k] in own else t for k, t in before.items()}
            wrong = changed(part, before, mine, names, now)
        if wrong:
            return wrong
    return ""


def _differs(task: TaskRead, expect: Mapping[str, Any], now: datetime) -> bool:
    done = expect.get("done", expect["tool"] == "complete_task" or task.completed)
    named = [name for name in FIELDS[:-1] if name in expect]
    return (
        expect["tool"] == "delete_task"
        or task.completed != done
        or any(field_of(task, name, expect[name], now) for name in named)
    )


def field_of(task: TaskRead, name: str, wanted: Any, now: datetime) -> str:
    """Say how a field differs from its label, or nothing."""
    value = value_of(task, name)
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
    first, between, last = wanted.partition("/")
    if between:
        return first <= f"{local:%Y-%m-%dT%H:%M}" <= last
    if "T" not in wanted:
        return f"{local:%Y-%m-%d}" == wanted
    there = datetime.fromisoformat(wanted).replace(tzinfo=now.tzinfo)
    return abs((value - there).total_seconds()) < 60


def value_of(task: TaskRead, name: str) -> Any:
    """Return a field by the name that labels have for it."""
    return getattr(task, {"due": "due_at", "remind": "remind_at"}.get(name, name))


def many(value: Any) -> Sequence[str]:
    """Return what a label names one or several of."""
    return cast("list[str]", value) if isinstance(value, list) else [value]
