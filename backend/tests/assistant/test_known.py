"""Of a long list, a message loads the tasks that it can be about, and finds each that it names."""

from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any, Self

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy import event, text

from database import Database
from evaluation.fixtures import USER, World, world
from repositories import known_tasks
from schemas.memory import Memory, TaskRef
from schemas.tasks import TaskRead
from services.assistant.assistant import Assistant
from services.assistant.core.known import FIRST_DONE, FIRST_OPEN, MANY, NAMED, beginnings
from services.assistant.core.tools import Toolbox
from services.assistant.engines.offline.engine import OfflineEngine
from services.limiter import Turns
from tests.patience import PATIENCE_SECONDS
from tests.understanding import NOW

TASKS = 10_000
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
# They have a date and so come first, before whatever a test looks for.
LONG = [
    {"title": f"errand {number} of the report", "due": f"{NOW:%Y-%m-%d}"} for number in range(600)
]


@pytest.fixture
async def here() -> AsyncGenerator[World]:
    short = ("the report", "buy 100% wool")
    seeds = [*LONG, *({"title": title} for title in short), {"title": "old", "done": True}]
    async with world(seeds, NOW, Assistant(OfflineEngine())) as made:
        yield made


async def titles(here: World, said: str, memory: Memory | None = None) -> list[str]:
    known = await Toolbox(here.database, USER).known(said, memory or Memory())
    assert known.more
    return [task.title for task in known.tasks]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("complete the report", "the report"),
        ("I bought the wool", "buy 100% wool"),
        ("rename buying wool to socks", "buy 100% wool"),
        ("complete errand 599", "errand 599 of the report"),
        ("reopen old", "old"),
    ],
)
async def test_what_a_message_names_is_known_however_long_the_list(
    here: World, said: str, title: str
) -> None:
    found = await titles(here, said)
    assert title in found
    assert len(found) <= FIRST_OPEN + FIRST_DONE + NAMED


async def test_the_only_task_of_that_name_is_meant_and_not_one_of_those_due_first(
    here: World,
) -> None:
    reply = await here.say("complete the report")
    done = {task.title for task in reply.tasks.values() if task.completed}
    assert done == {"old", "the report"}


async def test_what_was_spoken_of_is_known_whatever_is_said(here: World) -> None:
    last = next(task for task in (await here.tasks()).values() if task.title == "buy 100% wool")
    assert last.title not in await titles(here, "finish it")
    memory = Memory(last=[TaskRef(id=last.id, title=last.title)])
    assert last.title in await titles(here, "finish it", memory)


async def test_a_message_about_many_knows_many(here: World) -> None:
    assert len(await titles(here, "delete all")) >= MANY
    assert len(await titles(here, "hello")) == FIRST_OPEN + 1


async def test_others_come_in_between_the_tasks_of_a_long_list(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How often somebody else had been let in when a task was read.
    others, moments = 0, Counter[int]()

    class Noted(TaskRead):
        @classmethod
        def model_validate(cls, obj: Any, **options: Any) -> Self:
            moments[others] += 1
            return super().model_validate(obj, **options)

    async def come_again_and_again() -> None:
        nonlocal others
        while True:
            others += 1
            await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(known_tasks, "TaskRead", Noted)
    with anyio.fail_after(PATIENCE_SECONDS):
        async with anyio.create_task_group() as group:
            group.start_soon(come_again_and_again)
            await titles(here, "delete all")
            group.cancel_scope.cancel()
    assert moments.total() >= MANY
    assert max(moments.values()) <= 50


async def test_signs_of_a_search_are_signs_of_a_title(here: World) -> None:
    assert "buy 100% wool" not in await titles(here, "complete 9%")


def test_all_forms_of_a_word_have_a_beginning_among_its_beginnings() -> None:
    for said, title in (
        ("bought", "buy"), ("buy", "bought"), ("replied", "reply"), ("flies", "fly"),
        ("planning", "planned"), ("invoices", "invoice"), ("ch", "chapter"),
    ):  # fmt: skip
        assert any(text in title for text in beginnings(said)), said


@ON_POSTGRESQL
async def test_of_ten_thousand_tasks_few_are_read_each_kind_once_and_an_index_finds_them(
    database: Database,
) -> None:
    async with database.write() as session:
        await session.execute(text("set local statement_timeout = 0"))
        await session.execute(text(_MAKE))
        await session.commit()
        await session.execute(text("analyze tasks"))
        await session.commit()
    asked: list[tuple[str, Any]] = []

    def note_query(
        _connection: object, _cursor: object, query: str, given: Any, *_: object
    ) -> None:
        asked.append((query, given))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note_query)
    try:
        known = await Toolbox(database, "ann").known("complete the trip to Bern", Memory())
    finally:
        event.remove(engine, "before_cursor_execute", note_query)
    assert [task.title for task in known.tasks].count("trip to bern") == TASKS // 1000
    assert len(known.tasks) <= FIRST_OPEN + FIRST_DONE + NAMED
    # A statement looks through all the tasks: a page of each would do so again and again.
    assert len(asked) <= 4
    queries = [each for each in asked if "LIKE" in each[0]]
    assert len(queries) == 1
    async with database.read() as session:
        connection = await session.connection()
        for query, given in queries:
            plan = "\n".join(
                row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {query}", given)
            )
            assert "Index Cond: ((user_id)::text = " in plan, plan
            assert "Seq Scan on tasks" not in plan, plan


async def test_one_person_loads_one_list_at_a_time(database: Database) -> None:
    turns, loaded = Turns(), list[str]()

    async def load(user: str) -> None:
        await Toolbox(database, user, turns=turns).known("hello", Memory())
        loaded.append(user)

    async with anyio.create_task_group() as group, turns.one("ann"):
        group.start_soon(load, "ann")
        with anyio.fail_after(PATIENCE_SECONDS):
            await load("ben")
        assert loaded == ["ben"]
    assert loaded == ["ben", "ann"]


# Others have as many again and again, or an index would be worth nothing.
_MAKE = f"""\
insert into tasks (id, user_id, title, priority, version, created_at, updated_at, search,
  search_version)
select gen_random_uuid(), owner, title, 2, 1, now(), now(), title, 1
from generate_series(1, {TASKS}) number, unnest(array['ann', 'ben', 'cem', 'dan', 'eve']) owner,
  lateral (select case when number % 1000 = 0 then 'trip to bern' else 'errand ' || number end
  ) made (title)
"""
