"""A user's list in a database of its own, and a conversation about it."""

import sqlite3
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import aiosqlite
from sqlalchemy import Table, event

from database import Database
from enumerations import Priority, Role
from models import Base, OutboxEvent, Tag, Task, TaskTag
from repositories.tasks import TaskRepository
from schemas.conversations import ToolStatus, ToolUse
from schemas.memory import Memory
from schemas.tasks import Sort, Status, TaskFilter, TaskRead
from services import tasks
from services.assistant.assistant import Assistant
from services.assistant.core.engine import Past, Text, Turn
from services.assistant.core.reading import Read, directly
from services.assistant.core.tools import Toolbox

USER = "somebody"
# More than any list here has.
MOST_TASKS = 2_000
# Those that the tools use; making the others would take longer than most replies.
_TABLES = [cast("Table", each.__table__) for each in (Task, Tag, TaskTag, OutboxEvent)]
LEVELS = {"low": Priority.LOW, "normal": Priority.NORMAL, "high": Priority.HIGH}


@dataclass(frozen=True)
class Reply:
    """The result of one sentence: words, calls, and the tasks afterwards, by id."""

    text: str
    uses: Sequence[ToolUse]
    tasks: Mapping[uuid.UUID, TaskRead]
    problem: str | None = None


@dataclass
class World:
    """One user, one list, one conversation; time stands still."""

    database: Database
    assistant: Assistant
    now: datetime
    memory: Memory = field(default_factory=Memory)
    history: list[Past] = field(default_factory=list[Past])
    read: Read = directly

    async def say(self, said: str) -> Reply:
        """Say something and return what came of it."""
        toolbox = Toolbox(self.database, USER)
        turn = Turn(said, self.now, toolbox, list(self.history), self.memory, read=self.read)
        text, uses, problem = "", dict[str, ToolUse](), None
        try:
            async for event in self.assistant.reply(turn):
                if isinstance(event, Text):
                    text += event.delta
                else:
                    uses[event.id] = event
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        self.history += [Past(Role.USER, said), Past(Role.ASSISTANT, text, list(uses.values()))]
        return Reply(text, list(uses.values()), await self.tasks(), problem)

    async def tasks(self) -> Mapping[uuid.UUID, TaskRead]:
        """Return the tasks there are."""
        async with self.database.read() as session:
            found, _ = await tasks.list_tasks(
                session, USER, TaskFilter(status=Status.ALL), Sort.DUE, MOST_TASKS, None
            )
        return {task.id: TaskRead.model_validate(task) for task in found}


@asynccontextmanager
async def in_memory() -> AsyncGenerator[Database]:
    """Make a database in memory, for one list after the other: it knows its statements by then."""
    database = Database("sqlite+aiosqlite://")
    event.listen(database.engine.sync_engine, "do_connect", _connect_at_once)
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(Base.metadata.create_all, tables=_TABLES)
        yield database
    finally:
        await database.close()


class _AtOnce(aiosqlite.Connection):
    """Ask SQLite here: the way to a thread and back costs more than an answer out of memory."""

    async def _execute(
        self, fn: Callable[..., Any], *arguments: object, **options: object
    ) -> object:
        return fn(*arguments, **options)


def _connect_at_once(
    _dialect: object, _record: object, _arguments: object, options: dict[str, Any]
) -> None:
    def connect(path: str, **given: Any) -> aiosqlite.Connection:
        given["check_same_thread"] = False
        return _AtOnce(lambda: sqlite3.connect(path, **given), iter_chunk_size=64)

    options["async_creator_fn"] = connect


@asynccontextmanager
async def world(
    seeds: Sequence[Mapping[str, Any]], now: datetime, assistant: Assistant
) -> AsyncGenerator[World]:
    """Make a fresh list in a database of its own."""
    async with in_memory() as database:
        yield await world_in(database, seeds, now, assistant)


async def world_in(
    database: Database, seeds: Sequence[Mapping[str, Any]], now: datetime, assistant: Assistant
) -> World:
    """Put a fresh list in place of what is there: some tasks, as a user would have made them."""
    async with database.write() as session:
        for table in reversed(_TABLES):
            await session.execute(table.delete())
        for number, seed in enumerate(seeds):
            TaskRepository(session, USER).add(_task(seed, now, number))
        await session.commit()
    return World(database, assistant, now)


def _task(seed: Mapping[str, Any], now: datetime, number: int) -> Task:
    # Made one after the other, which is their order where they have no due date.
    made = now.astimezone(UTC) - timedelta(days=30) + timedelta(minutes=number)
    task = Task(
        id=uuid.uuid4(),
        user_id=USER,
        title=seed["title"],
        description=seed.get("description"),
        due_at=moment(seed.get("due"), now),
        remind_at=moment(seed.get("remind"), now),
        priority=LEVELS[seed.get("priority", "normal")],
        completed_at=made if seed.get("done") else None,
        tag_rows=[],
        version=1,
        created_at=made,
        updated_at=made,
    )
    tasks.apply_changes(task, {"tags": seed.get("tags", [])}, made)
    return task


def moment(said: str | None, now: datetime) -> datetime | None:
    """Return a local day, which ends at 23:59:59, or a local time as a moment."""
    if said is None:
        return None
    if "T" in said:
        return datetime.fromisoformat(said).replace(tzinfo=now.tzinfo)
    return datetime.combine(date.fromisoformat(said), time(23, 59, 59), now.tzinfo)


def failed(uses: Sequence[ToolUse]) -> bool:
    return any(use.status is ToolStatus.FAILED for use in uses)
