"""The assistant's tools: defined once, for both engines and for other programs (/mcp)."""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from database import Database
from errors import Problem, ReadOnlyToken
from models import Task
from repositories.tasks import TaskRepository
from schemas.memory import Memory
from schemas.tasks import Sort, TaskCreate, TaskFilter, TaskPatch, TaskRead
from schemas.tools import (
    AddTask,
    DeletedResult,
    ListTasks,
    OneTask,
    SetReminder,
    TaskResult,
    TasksResult,
    UpdateTask,
)
from schemas.validation import describe_errors
from services import tasks
from services.assistant.core.known import Known, due_first, known
from services.limiter import Turns
from services.logger import get_logger
from services.telemetry import metrics, tracing

_log = get_logger("tools")


class Outcome(StrEnum):
    """Say how a call ended; the words of the metric and of the stream."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """The result of a call: the tool's answer, or why it failed under `error`."""

    outcome: Outcome
    content: dict[str, Any]

    @property
    def failed(self) -> bool:
        return self.outcome is Outcome.FAILED


class UnknownTool(Problem):
    status, code, title = 404, "unknown-tool", "There is no such tool"


class InvalidArguments(Problem):
    status, code, title = 422, "invalid-arguments", "The tool does not take these arguments"


Run = Callable[[AsyncSession, str, Any], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Tool:
    """One thing that can be done.

    Args:
        answers: the shape of the result, when it did not fail.
        run: does it in a session, as a user, and commits by itself.
        writes: whether it changes anything.
        destroys: whether what it does cannot be taken back: a person is asked first.
        repeatable: whether doing it twice is as doing it once.
    """

    name: str
    description: str
    arguments: type[BaseModel]
    answers: type[BaseModel]
    run: Run
    writes: bool = True
    destroys: bool = False
    repeatable: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of its arguments."""
        return self.arguments.model_json_schema()


async def _add(session: AsyncSession, user_id: str, given: AddTask) -> dict[str, Any]:
    data = TaskCreate.model_validate(given.model_dump())
    return _one(await tasks.create_task(session, user_id, data))


async def _list(session: AsyncSession, user_id: str, given: ListTasks) -> dict[str, Any]:
    conditions = TaskFilter.model_validate(given.model_dump())
    found, next_cursor = await tasks.list_tasks(
        session, user_id, conditions, given.sort, given.limit, given.cursor
    )
    if given.sort is Sort.DUE:
        # Of those due at the same moment, or without a date, the one made first comes first.
        found.sort(key=due_first)
    return {"tasks": [_read(task) for task in found], "next_cursor": next_cursor}


async def _update(session: AsyncSession, user_id: str, given: UpdateTask) -> dict[str, Any]:
    changes = given.model_dump(exclude_unset=True, exclude={"task_id"})
    patch = TaskPatch.model_validate(changes)
    return _one(await tasks.change_task(session, user_id, given.task_id, patch, None))


async def _complete(session: AsyncSession, user_id: str, given: OneTask) -> dict[str, Any]:
    patch = TaskPatch(completed=True)
    return _one(await tasks.change_task(session, user_id, given.task_id, patch, None))


async def _delete(session: AsyncSession, user_id: str, given: OneTask) -> dict[str, Any]:
    return {"deleted": _read(await tasks.delete_task(session, user_id, given.task_id, None))}


async def _remind(session: AsyncSession, user_id: str, given: SetReminder) -> dict[str, Any]:
    patch = TaskPatch(remind_at=given.remind_at)
    return _one(await tasks.change_task(session, user_id, given.task_id, patch, None))


def _one(task: Task) -> dict[str, Any]:
    return {"task": _read(task)}


def _read(task: Task) -> dict[str, Any]:
    return TaskRead.model_validate(task).model_dump(mode="json")


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("add_task", "Add a task.", AddTask, TaskResult, _add, repeatable=False),
        Tool(
            "list_tasks",
            "List tasks, those due first first.",
            ListTasks,
            TasksResult,
            _list,
            writes=False,
        ),
        Tool("update_task", "Change a task, or open it again.", UpdateTask, TaskResult, _update),
        Tool("complete_task", "Mark a task as done.", OneTask, TaskResult, _complete),
        Tool(
            "delete_task", "Delete a task for good.", OneTask, DeletedResult, _delete, destroys=True
        ),
        Tool(
            "set_reminder",
            "Set, move or take away a reminder.",
            SetReminder,
            TaskResult,
            _remind,
        ),
    )
}


class Toolbox:
    """Call tools as one user: what belongs to others does not exist here.

    Args:
        may_write: whether tools that change something may be called.
        turns: of which each user has one at a time to look for many tasks.
    """

    def __init__(
        self,
        database: Database,
        user_id: str,
        may_write: bool = True,
        turns: Turns | None = None,
    ) -> None:
        self._database, self._user_id, self._may_write = database, user_id, may_write
        self._turns = turns or Turns()

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        """Call a tool in a transaction of its own; what goes wrong is a result, never raised."""
        with tracing.span(f"tool {name if name in TOOLS else 'unknown'}"):
            result = await self._result(name, arguments)
            if result.failed:
                tracing.failed(result.content["error"]["type"])
            self._tell(name, result)
        return result

    async def known(self, said: str, memory: Memory) -> Known:
        """Return the tasks that a message can be about.

        Nothing is counted or shown of it: it is no call of a tool.

        Raises:
            DatabaseUnavailable: nothing can be read.
        """
        async with self._turns.one(self._user_id), self._database.read() as session:
            return await known(session, self._user_id, said, memory)

    async def named(self, ids: Iterable[object]) -> dict[str, TaskRead]:
        """Return those of some tasks that the user has, by id; what is no id names none."""
        asked: dict[str, uuid.UUID] = {}
        for key in dict.fromkeys(str(each) for each in ids):
            with suppress(ValueError):
                asked[key] = uuid.UUID(key)
        async with self._database.read() as session:
            there = await TaskRepository(session, self._user_id).of(asked.values())
        found = {task.id: TaskRead.model_validate(task) for task in there}
        return {key: found[task_id] for key, task_id in asked.items() if task_id in found}

    async def _result(self, name: str, arguments: Mapping[str, Any]) -> Result:
        try:
            return Result(Outcome.DONE, await self._run(name, arguments))
        except Problem as problem:
            return _failed(problem)
        except ValidationError as error:
            return _failed(InvalidArguments(describe_errors(error)))
        except Exception:
            _log.exception("a tool fails", extra={"tool": name, "user_id": self._user_id})
            return _failed(Problem())

    async def _run(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        tool = TOOLS.get(name)
        if tool is None:
            raise UnknownTool(f"There are: {', '.join(TOOLS)}.")
        if tool.writes and not self._may_write:
            readers = ", ".join(each.name for each in TOOLS.values() if not each.writes)
            raise ReadOnlyToken(
                f"{name} changes tasks, and this token may only call: {readers}. Next: make one "
                "that may write, on the page /tokens."
            )
        given = tool.arguments.model_validate(arguments)
        open_session = self._database.write if tool.writes else self._database.read
        async with open_session() as session:
            return await tool.run(session, self._user_id, given)

    def _tell(self, name: str, result: Result) -> None:
        known = name if name in TOOLS else "unknown"
        metrics.TOOL_CALLS.labels(known, result.outcome).inc()
        # Ids only: what people write into their tasks is nobody's business in a log.
        touched = cast(
            "dict[str, Any]", result.content.get("task") or result.content.get("deleted")
        )
        _log.info(
            "tool called",
            extra={
                "tool": known,
                "outcome": result.outcome,
                "user_id": self._user_id,
                "task_id": touched and touched["id"],
                "problem": result.content["error"]["type"] if result.failed else None,
            },
        )


def _failed(problem: Problem) -> Result:
    return Result(Outcome.FAILED, {"error": problem.body()})
