"""A delivery of the sidecar is recorded once, refused for good, or brought again."""

import json
import uuid
from collections.abc import AsyncGenerator
from typing import Any

import anyio
import httpx
import pytest
from fastapi.routing import APIRoute
from prometheus_client import REGISTRY

from routes.events import router
from tests.cloud_events import NOON, SIDECAR, TOKEN, event, reminder
from tests.conftest import app_on, running

PATHS = ["/events/tasks", "/events/reminders", "/events/dead-letters"]
ACTIVITY = "/api/dev-user/activity"


@pytest.fixture
async def client(database_url: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with running(app_on(database_url, app_api_token=TOKEN)) as client:
        yield client


async def deliver(client: httpx.AsyncClient, body: Any, path: str = "/events/tasks") -> str:
    """Deliver an event as the sidecar does and return the status it is answered with."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = SIDECAR | {"Content-Type": "application/cloudevents+json"}
    answer = await client.post(path, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["status"]


async def feed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await client.get(ACTIVITY)).json()["items"]


def consumed(outcome: str, topic: str = "task-events") -> float:
    labels = {"topic": topic, "outcome": outcome}
    return REGISTRY.get_sample_value("todo_events_consumed_total", labels) or 0


async def test_an_event_becomes_one_entry(client: httpx.AsyncClient) -> None:
    sent = event(3, kind="completed", changed=["completed"])
    before = consumed("recorded")
    assert await deliver(client, sent) == "SUCCESS"
    assert consumed("recorded") == before + 1
    assert await feed(client) == [
        {
            "id": sent["id"],
            "position": 1,
            "type": "com.todo.task.completed",
            "task_id": sent["subject"],
            "sequence": 3,
            "title": "version 3",
            "changed": ["completed"],
            "occurred_at": "2026-02-01T12:03:00Z",
        }
    ]


async def test_an_event_that_comes_again_changes_nothing(client: httpx.AsyncClient) -> None:
    sent = event()
    assert [await deliver(client, sent) for _ in range(3)] == ["SUCCESS"] * 3
    await deliver(client, event(2))
    # The positions of the duplicates were given back.
    assert [entry["position"] for entry in await feed(client)] == [2, 1]


async def test_an_event_that_comes_many_times_at_once_is_one_entry(
    client: httpx.AsyncClient,
) -> None:
    sent = event()
    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(deliver, client, sent)
    assert [entry["position"] for entry in await feed(client)] == [1]


async def test_a_reminder_is_an_entry_and_no_change_of_the_task(client: httpx.AsyncClient) -> None:
    task = uuid.uuid4()
    due = reminder(task, NOON)
    await deliver(client, event(task=task))
    assert await deliver(client, due, "/events/reminders") == "SUCCESS"
    assert [(entry["type"], entry["sequence"]) for entry in await feed(client)] == [
        ("com.todo.task.updated", 1),
        ("com.todo.reminder.due", 0),
    ]


async def test_each_event_counts_under_its_own_topic(client: httpx.AsyncClient) -> None:
    task = uuid.uuid4()
    for topic, sent in (
        ("task-events", event(kind="deleted")),
        ("task-updates", event(kind="updated")),
        ("reminders", reminder(task, NOON)),
    ):
        before = consumed("recorded", topic)
        assert await deliver(client, sent) == "SUCCESS"
        assert consumed("recorded", topic) == before + 1


MALFORMED = {
    "no JSON": b"\x00{",
    "no object": [1],
    "no event": {},
    "half of a surrogate pair": event(title="\ud800"),
    "a title too long": event(title="x" * 201),
    "a character no database takes": event(title="a\x00b"),
    "no user": event(user_id=""),
    "a sequence beyond any": event() | {"data": event()["data"] | {"sequence": 2**63}},
    "a year beyond any": event(occurred_at="9999-12-31T23:59:59-10:00"),
    "a time without a zone": event(occurred_at="2026-02-01T12:00:00"),
    "an unknown type": event() | {"type": "com.todo.task.exploded"},
    "another version": event() | {"specversion": "2.0"},
    "an id too long": event() | {"id": "x" * 65},
    "a reminder without its moment": event() | {"type": "com.todo.reminder.due"},
    "a reminder whose id is no UUID": reminder(uuid.uuid4(), NOON) | {"id": "x"},
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_event_is_dropped_and_leaves_nothing(
    body: Any, client: httpx.AsyncClient
) -> None:
    before = consumed("refused")
    assert await deliver(client, body) == "DROP"
    assert consumed("refused") == before + 1
    assert await feed(client) == []


async def test_what_a_later_release_adds_is_no_reason_to_refuse(client: httpx.AsyncClient) -> None:
    task = {"a field": "nobody knows yet"}
    sent = event(mood="good", more=task) | {"extension": 1}
    assert await deliver(client, sent) == "SUCCESS"


async def test_while_the_database_is_away_the_sidecar_is_told_to_try_again() -> None:
    away = app_on("postgresql://todo@127.0.0.1:1/todo", app_api_token=TOKEN)
    async with running(away) as client:
        for path in PATHS:
            answer = await client.post(path, json=event(), headers=SIDECAR)
            # 404 would drop the event.
            assert answer.status_code == 503


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], f"{TOKEN} ", "ä"])
async def test_without_the_token_nothing_is_accepted(
    path: str, token: str | None, client: httpx.AsyncClient
) -> None:
    headers = [] if token is None else [(b"dapr-api-token", token.encode())]
    answer = await client.post(path, json=event(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:todo:problem:not-the-sidecar")
    assert await feed(client) == []


@pytest.mark.parametrize("path", PATHS)
async def test_where_no_token_is_set_the_paths_are_closed(path: str, database_url: str) -> None:
    async with running(app_on(database_url)) as client:
        for token in ("", "None", TOKEN):
            answer = await client.post(path, json=event(), headers={"dapr-api-token": token})
            assert answer.status_code == 403
            assert "APP_API_TOKEN" in answer.json()["detail"]
        assert await feed(client) == []


def test_every_path_of_the_sidecar_is_tested_and_none_is_described() -> None:
    assert {route.path for route in router.routes if isinstance(route, APIRoute)} == set(PATHS)
    assert not set(PATHS) & set(app_on("sqlite://").openapi()["paths"])
