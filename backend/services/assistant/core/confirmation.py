"""The rule that a person is asked before anything is destroyed, whichever engine wants it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from schemas.conversations import ToolStatus, ToolUse
from schemas.memory import Call, Memory, Question, TaskRef
from schemas.tasks import TaskCreate, TaskRead
from services.assistant.core import phrasing
from services.assistant.core.engine import Event, Text, Turn
from services.assistant.core.phrasing import all_of, done_so_far, verb_of
from services.assistant.core.tools import TOOLS

# More tasks than people name one by one: a change of so many was hardly meant word for word.
MANY = 10


@dataclass(frozen=True)
class Plan:
    """Calls that are made now, and calls that wait for the user's yes."""

    now: Sequence[Call]
    after_yes: Sequence[Call]


def plan(calls: Sequence[Call], sweeping: bool = False, made: int = 0) -> Plan:
    """Decide what is asked about first: all that destroys, and what changes a whole list.

    Args:
        sweeping: the calls are of all tasks there are, because nothing narrowed them down.
        made: changes that were made before in the same turn; one by one they are as many.
    """
    writes = [call for call in calls if call.tool in TOOLS and TOOLS[call.tool].writes]
    if sweeping or (writes and made + len(writes) > MANY):
        return Plan([call for call in calls if call not in writes], writes)
    destroys = [call for call in writes if TOOLS[call.tool].destroys]
    return Plan([call for call in calls if call not in destroys], destroys)


@dataclass
class Performance:
    """Make calls for a turn, tell of them, and remember what they were about.

    Args:
        before: the tasks as they are, by id: the way back from a change is made from them.
        uses: the calls that ended.
    """

    turn: Turn
    before: Mapping[str, TaskRead]
    uses: list[ToolUse] = field(default_factory=list[ToolUse])

    async def make(self, calls: Sequence[Call]) -> AsyncGenerator[ToolUse]:
        """Make calls and yield each of them twice: as it begins, and as it ends."""
        for call in calls:
            async for use in self.make_one(call, uuid4().hex):
                yield use
        remember(self.turn.memory, self.uses, self.before)

    async def make_one(self, call: Call, key: str) -> AsyncGenerator[ToolUse]:
        """Make one call under an id of its own."""
        use = ToolUse(
            id=key,
            name=call.tool,
            arguments=call.arguments,
            status=ToolStatus.RUNNING,
            result=None,
        )
        yield use
        result = await self.turn.tools.call(call.tool, call.arguments)
        status = ToolStatus(result.outcome)
        ended = use.model_copy(update={"status": status, "result": result.content})
        self.uses.append(ended)
        yield ended


async def carry_out(
    turn: Turn, calls: Sequence[Call], before: Mapping[str, TaskRead], sweeping: bool = False
) -> AsyncGenerator[Event]:
    """Make what may be made now, say what was done, and ask about the rest."""
    planned = plan(calls, sweeping)
    performance = Performance(turn, before)
    if planned.now:
        async for use in performance.make(planned.now):
            yield use
        yield Text(done_so_far(performance.uses, before, turn.now))
    if planned.after_yes:
        question = ask(turn, planned.after_yes, before)
        yield Text(f" {question}" if planned.now else question)


def ask(turn: Turn, calls: Sequence[Call], before: Mapping[str, TaskRead]) -> str:
    """Remember the calls until the user's yes, and return the question."""
    tasks = [before.get(str(call.arguments.get("task_id"))) for call in calls]
    found = list({task.id: task for task in tasks if task}.values())
    if turn.forgetful:
        # An id that is not the user's is found out after the yes, as any other failure.
        named = all_of([task.title for task in found]) if found else "this"
        return (
            f"I ask before I {verb_of(calls)} anything, and my short memory is away: I would not "
            f"recognise your yes. So {named} was left as it is. Use the list of tasks, or try "
            "again in a minute."
        )
    turn.memory.question = Question(kind="confirm", calls=list(calls))
    turn.memory.last = [TaskRef(id=task.id, title=task.title) for task in found]
    return wording(calls, before, turn.now)


def wording(calls: Sequence[Call], before: Mapping[str, TaskRead], now: datetime) -> str:
    """Return the question whether to make some calls: all that they would do is in it."""
    effects = phrasing.effects_of(calls, before, now)
    return f"{verb_of(calls).capitalize()} {effects}? Say yes to go ahead, or no to leave it."


def remember(memory: Memory, uses: Sequence[ToolUse], before: Mapping[str, TaskRead]) -> None:
    """Note which tasks were listed or changed, and the calls that would change them back."""
    for use in uses:
        if use.name == "list_tasks" and use.result and "tasks" in use.result:
            memory.listed = [TaskRef(id=t["id"], title=t["title"]) for t in use.result["tasks"]]
            memory.listing = use.arguments
            memory.last = memory.listed if len(memory.listed) == 1 else []
    changed = [(use, task) for use in uses if (task := _changed(use))]
    if not changed:
        return
    gone = {task.id for use, task in changed if use.name == "delete_task"}
    memory.last = [TaskRef(id=t.id, title=t.title) for _, t in changed if t.id not in gone]
    memory.listed = [ref for ref in memory.listed if ref.id not in gone]
    memory.repeat = _repeatable([use for use, _ in changed])
    backs = [_back(use, task, before.get(str(task.id))) for use, task in changed]
    memory.undo = [call for call in reversed(backs) if call]


def _changed(use: ToolUse) -> TaskRead | None:
    result = use.result or {}
    found = result.get("task") or result.get("deleted")
    return TaskRead.model_validate(found) if found else None


def _repeatable(uses: Sequence[ToolUse]) -> Call | None:
    name = uses[0].name
    if name == "add_task" or any(use.name != name for use in uses):
        return None
    arguments = {key: value for key, value in uses[0].arguments.items() if key != "task_id"}
    return Call(tool=name, arguments=arguments)


def _back(use: ToolUse, task: TaskRead, old: TaskRead | None) -> Call | None:
    key = str(task.id)
    match use.name:
        case "add_task":
            return Call(tool="delete_task", arguments={"task_id": key})
        case "delete_task":
            return Call(tool="add_task", arguments=_fields(task, set(TaskCreate.model_fields)))
        case _ if old is not None:
            names = set(use.arguments) - {"task_id"} or {"completed"}
            return Call(tool="update_task", arguments={"task_id": key, **_fields(old, names)})
        case _:
            return None


def _fields(task: TaskRead, names: set[str]) -> dict[str, Any]:
    fields = task.model_dump(mode="json", include=names)
    # Set again, a reminder that was given would be given a second time, at once.
    return fields | {"remind_at": None} if task.reminded_at and "remind_at" in fields else fields
