"""The part of a reply that a person is shown and that is stored: no more than a card holds."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from schemas.conversations import ToolUse

# Of a task's description, a card shows the beginning at most.
DESCRIPTION_CHARACTERS = 200
# Of all results of one message, as JSON. A page of messages has at most 100 of them.
MESSAGE_CHARACTERS = 64_000


def shown(use: ToolUse) -> ToolUse:
    """Return a call whose result holds what a card shows of each task."""
    if use.result is None:
        return use
    result = {name: _brief(value) for name, value in use.result.items()}
    return use.model_copy(update={"result": result})


def stored(uses: Sequence[ToolUse]) -> list[dict[str, Any]]:
    """Return calls as they are stored; of long lists, the first tasks, and how many more."""
    left = MESSAGE_CHARACTERS
    kept: list[dict[str, Any]] = []
    for use in uses:
        dumped = use.model_dump(mode="json")
        dumped["result"] = result = _within(dumped["result"], left)
        left -= len(json.dumps(result))
        kept.append(dumped)
    return kept


def _within(result: Mapping[str, Any] | None, most: int) -> dict[str, Any] | None:
    if result is None:
        return None
    if len(json.dumps(result)) <= most:
        return dict(result)
    tasks = cast("list[Any]", result.get("tasks") or [])
    room = most - len(json.dumps({**result, "tasks": [], "left_out": len(tasks)}))
    first: list[Any] = []
    for task in tasks:
        # With what stands between two of a list.
        room -= len(json.dumps(task)) + 2
        if room < 0:
            break
        first.append(task)
    rest = {name: value for name, value in result.items() if "tasks" in result}
    return {**rest, "tasks": first, "left_out": len(tasks) - len(first)}


def _brief(value: Any) -> Any:
    if isinstance(value, list):
        return [_brief(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict) and "description" in value:
        task = cast("dict[str, Any]", value)
        return {**task, "description": _beginning(task["description"])}
    return cast("Any", value)


def _beginning(text: Any) -> Any:
    if not isinstance(text, str) or len(text) <= DESCRIPTION_CHARACTERS:
        return text
    return f"{text[:DESCRIPTION_CHARACTERS]}…"
