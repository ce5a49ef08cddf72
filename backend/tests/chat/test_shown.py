"""What a conversation keeps of lists is what its cards show, however long the tasks are."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from enumerations import Role
from repositories import conversations as repository
from schemas.conversations import ToolStatus, ToolUse
from services.chat.persistence import HISTORY_CHARACTERS, Past, bounded
from services.chat.shown import DESCRIPTION_CHARACTERS, MESSAGE_CHARACTERS, shown, stored
from tests.chats import CONVERSATIONS, Talk

TASKS = "/api/dev-user/tasks"
ROOM = 2_000


def listing(count: int, description: str, title: str = "x") -> ToolUse:
    tasks = [{"id": f"{n}", "title": title, "description": description} for n in range(count)]
    result = {"tasks": tasks, "next_cursor": None}
    return ToolUse(id="u", name="list_tasks", arguments={}, status=ToolStatus.DONE, result=result)


def test_a_card_shows_the_beginning_of_a_description() -> None:
    use = shown(listing(1, "d" * 5000))
    assert use.result is not None
    assert use.result["tasks"][0]["description"] == "d" * DESCRIPTION_CHARACTERS + "…"
    assert shown(listing(1, "short")) == listing(1, "short")


def test_what_a_message_keeps_is_bounded_and_says_what_it_leaves_out() -> None:
    uses = [listing(400, "", "t" * 200) for _ in range(3)]
    kept = stored(uses)
    assert len(json.dumps(kept)) < MESSAGE_CHARACTERS + ROOM
    for each in kept:
        assert len(each["result"]["tasks"]) + each["result"].get("left_out", 0) == 400


def test_what_fits_is_kept_as_it_is() -> None:
    use = listing(50, "", "t" * 200)
    assert stored([use]) == [use.model_dump(mode="json")]


def test_results_count_in_what_an_engine_is_told() -> None:
    past = [Past(Role.ASSISTANT, "", [listing(20, "")]) for _ in range(20)]
    assert 0 < len(bounded(past)) < 20
    assert HISTORY_CHARACTERS < 20 * 2_000


async def test_lists_of_long_tasks_leave_a_conversation_that_opens(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        task = {"title": f"task {number}", "description": "ä" * 5000}
        assert (await client.post(TASKS, json=task)).status_code == 201
    talk = Talk(client)
    for _ in range(10):
        await talk.say("list my tasks")
    monkeypatch.setattr(repository, "PAGE_CHARACTERS", 20 * MESSAGE_CHARACTERS)
    opened = await client.get(f"{CONVERSATIONS}/{talk.id}")
    assert len(opened.content) < 10 * (MESSAGE_CHARACTERS + ROOM)
    assert len(opened.json()["messages"]) == 20
    # A page is bounded as well, and the rest is on the next ones.
    monkeypatch.setattr(repository, "PAGE_CHARACTERS", 2 * MESSAGE_CHARACTERS)
    seen: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(20):
        query = {"cursor": cursor} if cursor else {}
        page = (await client.get(f"{CONVERSATIONS}/{talk.id}", params=query)).json()
        assert 0 < len(page["messages"]) < 20
        seen = page["messages"] + seen
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == opened.json()["messages"]
