"""Whether an engine did what a sentence asks for: judged by its effect on the list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from database import Database
from evaluation.cases import Case, Step
from evaluation.effects import Tasks, added, both, changed, differences, many
from evaluation.fixtures import Reply, World, world_in
from evaluation.harm import harm_of
from services.assistant.assistant import Assistant

_LEAVES = re.compile("^Still open:|I only know your list")
_NOT_FOUND = re.compile(r"\b(?:no |not |n't |nothing|cannot|could not|none)", re.IGNORECASE)


@dataclass(frozen=True)
class Verdict:
    """The result of one case.

    Args:
        intent: every turn did the right kind of thing.
        exact: and to the right tasks, with the right values.
        why: what was wrong first.
        harm: what was changed that was not asked for.
        asked: not exact, for nothing was done: it asked, or said that it did not understand.
    """

    case: Case
    intent: bool
    exact: bool
    why: str = ""
    harm: str = ""
    asked: bool = False


async def judge(case: Case, assistant: Assistant, database: Database) -> Verdict:
    """Hold one conversation on a fresh list and compare each turn with its label."""
    here = await world_in(database, case.seeds, case.now, assistant)
    before: Tasks = await here.tasks()
    names = {key: task.title for key, task in before.items()}
    intent, why, harm, idle = True, "", "", True
    for number, step in enumerate(case.steps, 1):
        reply = await here.say(step.said)
        if _asks_about_several(step.expect, reply, before):
            # A change of several tasks may be asked about first: what a yes does counts.
            agreed = await here.say("yes")
            reply = replace(agreed, text=f"{reply.text}\n{agreed.text}")
        fits = kind_fits(step.expect, reply, before)
        wrong = await _wrong(step, reply, before, names, here, number == len(case.steps))
        intent = intent and (fits or not wrong)
        idle = idle and (not wrong or (reply.problem is None and _stays(reply, before)))
        if wrong and not why:
            why = f"turn {number}: {wrong}" if len(case.steps) > 1 else wrong
        harm = harm or harm_of(step.expect, before, reply.tasks, here.now)
        before = reply.tasks
        names = {key: task.title for key, task in before.items()}
    return Verdict(case, intent, not why, why, harm, bool(why) and idle and not harm)


def _asks_about_several(expect: Mapping[str, Any], reply: Reply, before: Tasks) -> bool:
    several = isinstance(expect.get("task"), list) or "both" in expect
    asks = several and not expect.get("asks") and "?" in reply.text
    return asks and not differences(before, reply.tasks)


def _stays(reply: Reply, before: Tasks) -> bool:
    asks = "?" in reply.text or bool(_NOT_FOUND.search(reply.text))
    return asks and not differences(before, reply.tasks)


def kind_fits(expect: Mapping[str, Any], reply: Reply, before: Tasks) -> bool:
    """Tell whether the right kind of thing was done, whatever its values."""
    used = {use.name for use in reply.uses}
    touched = differences(before, reply.tasks)
    if not touched and expect.get("or_nothing"):
        return True
    if expect.get("asks"):
        return not touched and _asks(expect, reply)
    tool = expect["tool"]
    names = set(many(tool))
    if tool is None:
        return not used
    if "list_tasks" in names:
        return "list_tasks" in used and not touched
    return bool(used & (names | _ALSO.get(next(iter(names)), set())))


# A field may be changed through the other tool.
_ALSO = {"update_task": {"set_reminder"}, "set_reminder": {"update_task", "add_task"}}


async def _wrong(
    step: Step, reply: Reply, before: Tasks, names: Mapping[UUID, str], here: World, last: bool
) -> str:
    expect = step.expect
    if reply.problem:
        return reply.problem
    if expect.get("or_nothing") and not differences(before, reply.tasks):
        return ""
    if expect.get("asks") and expect["tool"] == "delete_task":
        return await _asked_to_delete(expect, reply, before, here, last)
    if expect.get("asks"):
        return _asked(expect, reply, before)
    tool = expect["tool"]
    if tool is None:
        return f"called {[use.name for use in reply.uses]}" if reply.uses else ""
    if tool == "list_tasks":
        return _listed(expect, reply, before)
    if "both" in expect:
        return both(expect["both"], before, reply.tasks, names, here.now)
    if "task" in expect:
        return changed(expect, before, reply.tasks, names, here.now)
    return added(expect, before, reply.tasks, here.now)


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
    about = expect.get("about")
    if about == "unclear" and _LEAVES.search(reply.text):
        return True
    return asks or (about in ("unknown", "unclear") and bool(_NOT_FOUND.search(reply.text)))


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
