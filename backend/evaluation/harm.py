"""Harm: what was changed that a sentence did not ask for.

Worse than a question, and counted apart from what is merely wrong: a task that the label leaves
alone was changed, added or deleted, a field that it leaves alone was changed, or a task is done,
dated or ranked otherwise than was said. Other words in a title or a note are wrong, not harmful.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evaluation.effects import FIELDS, Tasks, differences, field_of, many, value_of
from schemas.tasks import TaskRead

# Fields of which a wrong value misleads.
_FACTS = ("priority", "due", "remind")


def harm_of(expect: Mapping[str, Any], before: Tasks, after: Tasks, now: datetime) -> str:
    """Return the first change that the label does not ask for, or nothing."""
    whole: list[Mapping[str, Any]] = expect.get("both") or [expect]
    parts = [] if expect.get("asks") else whole
    new = [task for key, task in after.items() if key not in before]
    wanted = [part for part in parts if part["tool"] and "task" not in part and "title" in part]
    if len(new) > sum(len(many(part["title"])) for part in wanted):
        return f"added {[task.title for task in new]}"
    for task in new:
        if wrong := next((w for part in wanted if (w := _dated(part, task, now))), ""):
            return f"{task.title!r}: {wrong}"
    for key in differences(before, after) & set(before):
        old = before[key]
        meant = [part for part in parts if old.title in many(part.get("task", ""))]
        if wrong := _changed(meant, old, after.get(key), now):
            return f"{old.title!r}: {wrong}"
    return ""


def _changed(
    parts: list[Mapping[str, Any]], old: TaskRead, new: TaskRead | None, now: datetime
) -> str:
    if not parts:
        return "changed" if new else "deleted"
    (part, *_) = parts
    if new is None:
        return "" if "delete_task" in many(part["tool"]) else "deleted"
    done = part.get("done", "complete_task" in many(part["tool"]) or old.completed)
    if new.completed not in (done, old.completed):
        return f"done is {new.completed}"
    for name in FIELDS[:-1]:
        if value_of(old, name) != value_of(new, name):
            if name not in part:
                return f"{name} changed"
            if name in _FACTS and (wrong := field_of(new, name, part[name], now)):
                return wrong
    return ""


def _dated(part: Mapping[str, Any], task: TaskRead, now: datetime) -> str:
    names = [name for name in _FACTS if name in part or name != "priority"]
    return next((w for name in names if (w := field_of(task, name, part.get(name), now))), "")
