"""Conversations can be found again, by those who had them, and be forgotten."""

import uuid
from typing import Any

import httpx
import pytest

from enumerations import Role
from services.chat.memory import ProcessMemory
from services.chat.persistence import HISTORY_CHARACTERS, Past, bounded, title_of
from tests.chats import CONVERSATIONS, Talk

NOBODYS = f"{CONVERSATIONS}/{uuid.uuid4()}"
ANN = {"X-Development-User": "ann"}


async def began(client: httpx.AsyncClient, *messages: str) -> list[Talk]:
    talks = [Talk(client) for _ in messages]
    for talk, message in zip(talks, messages, strict=True):
        await talk.say(message)
    return talks


async def titles(client: httpx.AsyncClient, **query: Any) -> list[str]:
    page = (await client.get(CONVERSATIONS, params=query)).json()
    return [item["title"] for item in page["items"]]


async def test_conversations_are_listed_by_when_they_were_used(client: httpx.AsyncClient) -> None:
    first, *_ = await began(client, "hello one", "hello two", "hello three")
    assert await titles(client) == ["hello three", "hello two", "hello one"]
    await first.say("thanks")
    assert await titles(client) == ["hello one", "hello three", "hello two"]


async def test_pages_hold_every_conversation_once(client: httpx.AsyncClient) -> None:
    await began(client, *(f"hello {number}" for number in range(5)))
    seen: list[str] = []
    cursor: str | None = None
    for size in (2, 2, 1):
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(CONVERSATIONS, params=query)).json()
        assert len(page["items"]) == size
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert seen == [f"hello {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("cursor", ["x", "e30", "WyIyMDI2Il0", "WzEsMl0", "\u0431"])
async def test_a_damaged_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get(CONVERSATIONS, params={"cursor": cursor})
    assert (answer.status_code, "cursor is not one" in answer.text) == (422, True)


async def test_a_long_conversation_is_read_from_its_end(client: httpx.AsyncClient) -> None:
    talk = Talk(client)
    for number in range(3):
        await talk.say(f"hello {number}")
    path = f"{CONVERSATIONS}/{talk.id}"
    last = (await client.get(path, params={"limit": 4})).json()
    assert [each["text"] for each in last["messages"]][::2] == ["hello 1", "hello 2"]
    first = (await client.get(path, params={"limit": 4, "cursor": last["next_cursor"]})).json()
    assert [each["role"] for each in first["messages"]] == ["user", "assistant"]
    assert (first["messages"][0]["text"], first["next_cursor"]) == ("hello 0", None)
    assert (last["title"], last["replying"]) == ("hello 0", False)


async def test_a_conversation_can_be_renamed(client: httpx.AsyncClient) -> None:
    (talk,) = await began(client, "hello")
    path = f"{CONVERSATIONS}/{talk.id}"
    answer = await client.patch(path, json={"title": "Moving house"})
    assert (answer.status_code, answer.json()["title"]) == (200, "Moving house")
    await talk.say("add pack the books")
    assert await titles(client) == ["Moving house"]
    for wrong in ({"title": ""}, {"title": "a\nb"}, {"title": "x" * 201}, {}, {"name": "x"}):
        assert (await client.patch(path, json=wrong)).status_code == 422


async def test_a_deleted_conversation_is_gone_with_its_memory_and_the_tasks_stay(
    client: httpx.AsyncClient, app: Any
) -> None:
    (talk,) = await began(client, "add buy milk")
    path = f"{CONVERSATIONS}/{talk.id}"
    memory: ProcessMemory = app.state.replies.memory
    assert (await memory.recall(uuid.UUID(talk.id))).memory.last
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert not (await memory.recall(uuid.UUID(talk.id))).memory.last
    assert (await talk.post("hello")).status_code == 404
    assert len((await client.get("/api/dev-user/tasks")).json()["items"]) == 1


async def test_a_conversation_of_somebody_else_does_not_exist(client: httpx.AsyncClient) -> None:
    (talk,) = await began(client, "hello")
    theirs = f"/api/ann/conversations/{talk.id}"
    answers = [
        await client.get(theirs, headers=ANN),
        await client.patch(theirs, json={"title": "Mine"}, headers=ANN),
        await client.delete(theirs, headers=ANN),
        await client.get(NOBODYS),
    ]
    problem = "urn:todo:problem:conversation-not-found"
    assert {(each.status_code, each.json()["type"]) for each in answers} == {(404, problem)}
    mine = await client.get(f"{CONVERSATIONS}/{talk.id}", headers=ANN)
    assert mine.status_code == 403
    assert (await client.get("/api/ann/conversations", headers=ANN)).json()["items"] == []
    assert await titles(client) == ["hello"]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("  add   buy milk\nand bread ", "add buy milk and bread"),
        ("x" * 80, "x" * 60 + "…"),
        (
            "remind me to call the plumber about the kitchen sink on friday at noon please",
            "remind me to call the plumber about the kitchen sink on…",
        ),
        ("\u200b", "Conversation"),
    ],
)
def test_the_first_message_is_the_title(said: str, title: str) -> None:
    assert title_of(said) == title


def test_an_engine_is_told_the_end_of_a_long_history() -> None:
    history = [Past(Role.USER, "x" * (HISTORY_CHARACTERS // 3)) for _ in range(5)]
    assert bounded(history) == history[2:]
    assert bounded(history[:2]) == history[:2]
    assert bounded([Past(Role.USER, "x" * (HISTORY_CHARACTERS + 1))]) == []
