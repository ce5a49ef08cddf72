"""However events arrive: each is one entry, and those of a task are in the order of sequence."""

import json
import random
import uuid
from collections import defaultdict
from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database import Database
from schemas.activity import ActivityType
from schemas.events import ReminderEventType, TaskEventType
from services.activity.feed import list_activity
from services.activity.stream import ActivityStream
from services.events.consumer import handle
from tests.cloud_events import NOON, event, reminder
from tests.conftest import running
from tests.patience import PATIENCE_SECONDS

FEED = "/api/dev-user/activity"
PUBLISHED = (*TaskEventType, *ReminderEventType)
EXAMPLES = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("published", PUBLISHED)
def test_every_event_that_is_published_can_be_shown(
    published: TaskEventType | ReminderEventType,
) -> None:
    assert ActivityType(published.value).topic == published.topic


def test_nothing_is_shown_that_nobody_publishes() -> None:
    assert {*ActivityType} <= {it.value for it in PUBLISHED}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some tasks of a user, by servers whose clocks differ by up to minutes."""
    user = f"user-{uuid.uuid4()}"
    events: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 4))):
        task = uuid.uuid4()
        skews = draw(st.lists(st.integers(-5, 5), min_size=1, max_size=6))
        for sequence, skew in enumerate(skews, start=1):
            at = NOON + timedelta(minutes=sequence + skew)
            events.append(event(sequence, task=task, user=user, at=at))
        if draw(st.booleans()):
            due = reminder(task, NOON)
            events.append(due | {"data": due["data"] | events[-1]["data"]})
    return events


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A history, and how it arrives: every event at least once, in any order."""
    events = draw(histories())
    again = draw(st.lists(st.sampled_from(events), max_size=8))
    return events, draw(st.permutations(events + again))


async def feed_of(database: Database, user: str, limit: int) -> list[Any]:
    """Read the whole feed page by page, newest first."""
    found: list[Any] = []
    cursor: str | None = None
    while True:
        async with database.read() as session:
            page, cursor = await list_activity(session, user, limit, cursor, None)
        found += page
        if cursor is None:
            return found


@EXAMPLES
@given(arrival=deliveries(), limit=st.integers(1, 5), at_once=st.booleans())
async def test_any_delivery_gives_the_same_feed(
    arrival: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    limit: int,
    at_once: bool,
    database: Database,
) -> None:
    events, delivered = arrival
    user = events[0]["data"]["user_id"]
    async with anyio.create_task_group() as group:
        for each in delivered:
            if at_once:
                group.start_soon(handle, database, "task-events", json.dumps(each))
            else:
                await handle(database, "task-events", json.dumps(each))
    entries = await feed_of(database, user, limit)
    assert sorted(entry.event_id for entry in entries) == sorted(each["id"] for each in events)
    assert sorted(entry.position for entry in entries) == list(range(1, len(events) + 1))
    in_order: dict[uuid.UUID, list[int]] = defaultdict(list)
    for entry in reversed(entries):
        if entry.sequence:
            in_order[entry.task_id].append(entry.sequence)
    for sequences in in_order.values():
        assert sequences == list(range(1, len(sequences) + 1))
    moments = [entry.listed_at for entry in entries]
    assert moments == sorted(moments, reverse=True)


@EXAMPLES
@given(events=histories(), seed=st.integers())
async def test_a_stream_left_and_resumed_anywhere_gives_each_entry_once(
    events: list[dict[str, Any]], seed: int, database: Database
) -> None:
    chance = random.Random(seed)
    user = events[0]["data"]["user_id"]
    stream = ActivityStream(database)
    positions: list[int] = []

    async def deliver() -> None:
        for each in events:
            await handle(database, "task-events", json.dumps(each))
            stream.wake(user)

    async with anyio.create_task_group() as group:
        group.start_soon(deliver)
        with anyio.fail_after(PATIENCE_SECONDS):
            while len(positions) < len(events):
                entries = stream.follow(user, positions[-1] if positions else 0)
                for _ in range(chance.randint(1, 3)):
                    positions.append((await anext(entries)).position)
                    if len(positions) == len(events):
                        break
                await entries.aclose()
    assert positions == list(range(1, len(events) + 1))


async def read(client: httpx.AsyncClient, **query: Any) -> list[tuple[str, int]]:
    answer = await client.get(FEED, params=query)
    assert answer.status_code == 200, answer.text
    return [(entry["title"], entry["sequence"]) for entry in answer.json()["items"]]


async def test_a_late_event_is_listed_where_it_belongs(app: FastAPI) -> None:
    task, other = uuid.uuid4(), uuid.uuid4()
    arrival = [
        event(3, task=task),
        event(9, task=other),
        event(1, task=task),
        event(2, task=task),
    ]
    async with running(app) as client:
        for each in arrival:
            await handle(app.state.database, "task-events", json.dumps(each))
        assert await read(client) == [(f"version {n}", n) for n in (9, 3, 2, 1)]
        assert await read(client, task_id=task) == [(f"version {n}", n) for n in (3, 2, 1)]
        assert await read(client, task_id=uuid.uuid4()) == []


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
async def test_clocks_that_differ_do_not_turn_the_order_round(
    order: tuple[int, ...], app: FastAPI
) -> None:
    task = uuid.uuid4()
    async with running(app) as client:
        for sequence in order:
            at = NOON - timedelta(hours=sequence)
            sent = event(sequence, task=task, at=at)
            await handle(app.state.database, "task-events", json.dumps(sent))
        assert [sequence for _, sequence in await read(client)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"cursor": "77"}, None),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "-1"}, "cursor"),
        ({"cursor": "9" * 19}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"task_id": "x"}, "task_id"),
    ],
)
async def test_a_wrong_question_is_named(
    query: dict[str, Any], pointer: str | None, client: httpx.AsyncClient
) -> None:
    answer = await client.get(FEED, params=query)
    assert answer.status_code == 422
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_nobody_reads_the_activity_of_others(app: FastAPI) -> None:
    async with running(app) as client:
        await handle(app.state.database, "task-events", json.dumps(event(user="ann")))
        assert (await client.get("/api/ann/activity")).status_code == 403
        assert await read(client) == []
        as_ann = {"X-Development-User": "ann"}
        assert len((await client.get("/api/ann/activity", headers=as_ann)).json()["items"]) == 1
