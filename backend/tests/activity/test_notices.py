"""A reminder that is due becomes one notice, which stays until its user has read it."""

import json
import uuid
from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from errors import DatabaseUnavailable
from services.events.consumer import Result, handle
from tests.cloud_events import NOON, event, reminder
from tests.conftest import running
from tests.reminders.test_reminders import iso
from tests.reminding import LONG_AGO, NOTICES, notices
from tests.test_tasks import TASKS, create


async def deliver(app: FastAPI, *events: dict[str, Any]) -> list[Result]:
    database = app.state.database
    return [(await handle(database, "reminders", json.dumps(each))).result for each in events]


async def listed(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get(NOTICES, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_reminder_is_one_notice_and_one_entry_under_one_id(app: FastAPI) -> None:
    due = reminder(uuid.uuid4(), NOON)
    async with running(app) as client:
        assert await deliver(app, due) == [Result.RECORDED]
        page = await listed(client)
        (notice,) = page["items"]
        assert (page["unread"], page["next_cursor"]) == (1, None)
        assert notice == {
            "id": due["id"],
            "kind": "reminder",
            "task_id": due["subject"],
            "title": due["data"]["title"],
            "remind_at": iso(NOON),
            "woken_by": "job",
            "created_at": notice["created_at"],
            "read_at": None,
        }
        (entry,) = (await client.get("/api/dev-user/activity")).json()["items"]
        assert entry["id"] == notice["id"]


async def test_one_that_arrives_often_is_one_notice(app: FastAPI) -> None:
    due = reminder(uuid.uuid4(), NOON)
    async with running(app) as client:
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(deliver, app, due)
        await client.patch(f"{NOTICES}/{due['id']}", json={"read": True})
        assert await deliver(app, due) == [Result.DUPLICATE]
        page = await listed(client)
        assert (len(page["items"]), page["unread"]) == (1, 0)


async def test_a_change_of_a_task_is_no_notice(app: FastAPI) -> None:
    async with running(app) as client:
        await deliver(app, event(), event(kind="completed"))
        assert await listed(client) == {"items": [], "unread": 0, "next_cursor": None}


async def test_entry_and_notice_are_stored_together_or_not_at_all(app: FastAPI) -> None:
    due = reminder(uuid.uuid4(), NOON)
    rename = "ALTER TABLE {} RENAME TO {}"
    async with running(app) as client:
        async with app.state.database.writer.begin() as connection:
            await connection.execute(text(rename.format("notices", "notices_away")))
        try:
            with pytest.raises((DatabaseUnavailable, ProgrammingError)):
                await deliver(app, due)
        finally:
            async with app.state.database.writer.begin() as connection:
                await connection.execute(text(rename.format("notices_away", "notices")))
        assert (await client.get("/api/dev-user/activity")).json()["items"] == []
        assert await deliver(app, due) == [Result.RECORDED]
        assert len((await listed(client))["items"]) == 1


async def test_reading_one_or_all_is_remembered(app: FastAPI) -> None:
    events = [reminder(uuid.uuid4(), NOON) for _ in range(3)]
    async with running(app) as client:
        await deliver(app, *events)
        path = f"{NOTICES}/{events[1]['id']}"
        read = (await client.patch(path, json={"read": True})).json()
        assert read["read_at"] is not None
        assert (await client.patch(path, json={"read": True})).json() == read
        page = await listed(client, unread=True)
        assert [item["id"] for item in page["items"]] == [events[2]["id"], events[0]["id"]]
        assert page["unread"] == 2
        assert (await client.patch(path, json={"read": False})).json()["read_at"] is None
        assert (await listed(client))["unread"] == 3
        answer = await client.post(f"{NOTICES}/read")
        assert (answer.status_code, answer.content) == (204, b"")
        page = await listed(client)
        assert page["unread"] == 0
        assert all(item["read_at"] for item in page["items"])


@pytest.mark.parametrize("unread", [False, True])
async def test_pages_lead_through_all_newest_first(unread: bool, app: FastAPI) -> None:
    events = [reminder(uuid.uuid4(), NOON + timedelta(hours=-n)) for n in range(5)]
    async with running(app) as client:
        await deliver(app, *events)
        page = await listed(client, limit=2, unread=unread)
        found = [item["id"] for item in page["items"]]
        while page["next_cursor"]:
            page = await listed(client, limit=2, unread=unread, cursor=page["next_cursor"])
            assert page["unread"] == 5
            found += [item["id"] for item in page["items"]]
    assert found == [each["id"] for each in reversed(events)]


async def test_a_notice_stays_when_its_task_goes(client: httpx.AsyncClient) -> None:
    task = await create(client, title="Call Ann", remind_at=iso(LONG_AGO))
    await notices(client, 1)
    assert (await client.delete(f"{TASKS}/{task['id']}")).status_code == 204
    (notice,) = (await listed(client))["items"]
    assert (notice["task_id"], notice["title"]) == (task["id"], "Call Ann")
    assert (await client.patch(f"{NOTICES}/{notice['id']}", json={"read": True})).status_code == 200


async def test_the_notices_of_others_do_not_exist(app: FastAPI) -> None:
    theirs = reminder(uuid.uuid4(), NOON)
    theirs["data"]["user_id"] = "ann"
    async with running(app) as client:
        await deliver(app, theirs)
        assert (await client.get("/api/ann/notices")).status_code == 403
        assert (await listed(client))["items"] == []
        answer = await client.patch(f"{NOTICES}/{theirs['id']}", json={"read": True})
        assert (answer.status_code, answer.json()["type"]) == (
            404,
            "urn:todo:problem:notice-not-found",
        )
        await client.post(f"{NOTICES}/read")
        as_ann = {"X-Development-User": "ann"}
        page = (await client.get("/api/ann/notices", headers=as_ann)).json()
        assert (len(page["items"]), page["unread"]) == (1, 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("GET", "?cursor=x", None, "cursor"),
        ("GET", "?cursor=-1", None, "cursor"),
        ("GET", "?limit=101", None, "limit"),
        ("GET", "?unread=perhaps", None, "unread"),
        ("PATCH", f"/{uuid.UUID(int=7)}", {}, "/read"),
        ("PATCH", f"/{uuid.UUID(int=7)}", {"read": None}, "/read"),
        ("PATCH", f"/{uuid.UUID(int=7)}", {"read": True, "title": "x"}, "/title"),
    ],
)
async def test_a_wrong_question_is_named(
    method: str, path: str, body: Any, pointer: str, client: httpx.AsyncClient
) -> None:
    answer = await client.request(method, f"{NOTICES}{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
