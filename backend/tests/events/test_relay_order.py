"""Which order of events is promised: of a task always, across a user's tasks that of the commits.

Positions are taken when an event is stored, and become visible when it is committed. Two
transactions of one user may take them in one order and commit in the other; those of one task may
not, since the second waits for the row of the task before it takes its position.
"""

import asyncio
import json

import pytest

from database import Database
from schemas.tasks import TaskCreate, TaskPatch
from services import tasks
from tests.relays import Broker, emptied, relaying, until

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
USER = "ann"


async def create(database: Database, title: str) -> tasks.Task:
    async with database.write() as session:
        return await tasks.create_task(session, USER, TaskCreate(title=title))


def published(broker: Broker) -> list[tuple[str, int]]:
    """Return title and sequence of each event, as the broker took them."""
    data = [json.loads(entry.event)["data"] for entry in broker.received]
    return [(each["title"], each["sequence"]) for each in data]


async def test_of_one_task_a_late_commit_is_published_before_what_follows_it(
    database: Database,
) -> None:
    task = await create(database, "first")
    broker = Broker()
    async with relaying(database, broker):
        await emptied(database)
        async with database.write() as late:
            commit, late.commit = late.commit, late.flush
            await tasks.change_task(late, USER, task.id, TaskPatch(title="second"), None)

            async def follow() -> None:
                async with database.write() as session:
                    await tasks.change_task(session, USER, task.id, TaskPatch(title="third"), None)

            following = asyncio.create_task(follow())
            # Another of the same user passes by: the one that follows waits for the task alone.
            await create(database, "other")
            await until(lambda: ("other", 1) in published(broker))
            assert not following.done()
            await commit()
        await following
        await emptied(database)
    assert published(broker) == [("first", 1), ("other", 1), ("second", 2), ("third", 3)]


async def test_across_tasks_of_a_user_events_follow_the_commits_and_none_waits_or_is_lost(
    database: Database,
) -> None:
    broker = Broker()
    async with relaying(database, broker), database.write() as late:
        commit, late.commit = late.commit, late.flush
        # Its position is the lower one.
        await tasks.create_task(late, USER, TaskCreate(title="late"))
        await create(database, "early")
        await until(lambda: published(broker) == [("early", 1)])
        await commit()
        await emptied(database)
    assert published(broker) == [("early", 1), ("late", 1)]
