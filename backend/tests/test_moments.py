"""Moments that an older release took, at the ends of the calendar, stop nothing."""

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from database import Database
from models import Task
from schemas.tasks import Sort
from services.clock import now
from tests.chats import Talk
from tests.test_listing import pages
from tests.test_tasks import TASKS

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


@pytest.fixture
async def extremes(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Two tasks at the ends of the calendar, and one without a date."""
    database: Database = app.state.database
    async with database.write() as session:
        for title, moment in (("first", FIRST), ("last", LAST), ("undated", None)):
            session.add(
                Task(
                    user_id="dev-user", title=title, due_at=moment, remind_at=moment,
                    reminded_at=moment and now(), created_at=now(), updated_at=now(),
                )
            )  # fmt: skip
        await session.commit()


@pytest.mark.usefixtures("extremes")
async def test_they_are_told_as_moments_that_every_zone_has(client: httpx.AsyncClient) -> None:
    items = (await client.get(TASKS)).json()["items"]
    told = {item["title"]: (item["due_at"], item["remind_at"]) for item in items}
    assert told == {
        "first": ("0001-01-02T00:00:00Z",) * 2,
        "last": ("9999-12-30T00:00:00Z",) * 2,
        "undated": (None, None),
    }


@pytest.mark.usefixtures("extremes")
@pytest.mark.parametrize("sort", [Sort.DUE, Sort.DUE_DESC])
async def test_pages_by_due_date_still_are_the_whole_list(
    client: httpx.AsyncClient, sort: str
) -> None:
    found = [title for page in await pages(client, sort=sort, limit=1) for title in page]
    assert sorted(found) == ["first", "last", "undated"]


@pytest.mark.usefixtures("extremes")
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
async def test_a_chat_lists_them_east_and_west_of_utc(client: httpx.AsyncClient, zone: str) -> None:
    said = await Talk(client, zone=zone).say("list my tasks")
    assert said[-1][0] == "done"
    [listed] = [data["result"]["tasks"] for _, data in said if data.get("result")]
    assert sorted(task["title"] for task in listed) == ["first", "last", "undated"]


@pytest.mark.usefixtures("extremes")
async def test_they_can_be_completed_and_given_a_date(client: httpx.AsyncClient) -> None:
    for item in (await client.get(TASKS)).json()["items"]:
        change = {"completed": True, "due_at": "2026-03-01T09:00:00Z"}
        answer = await client.patch(f"{TASKS}/{item['id']}", json=change)
        assert answer.json()["due_at"] == change["due_at"]
