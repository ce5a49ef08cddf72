"""A message to the assistant is carried out, streamed and stored."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from routes import chat
from schemas.memory import Call
from tests.chats import (
    CHAT,
    CONVERSATIONS,
    Scripted,
    Talk,
    Unwell,
    activity_of,
    events_of,
    text_of,
    use_engine,
)
from tests.conftest import running

ANN = {"X-Development-User": "ann"}


@pytest.fixture
def talk(client: httpx.AsyncClient) -> Talk:
    return Talk(client)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The app's engine, as the tests tell it."""
    engine = Scripted()
    engine.gate.set()

    use_engine(engine, monkeypatch)
    return engine


@pytest.fixture
async def scripted(engine: Scripted, app: FastAPI) -> AsyncGenerator[Talk]:
    async with running(app) as client:
        yield Talk(client)


async def test_a_reply_is_streamed_event_by_event(talk: Talk) -> None:
    answer = await talk.post("add buy milk #shopping")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    said = events_of(answer.text)
    assert [name for name, _ in said] == ["conversation", "tool", "tool", "text", "done"]
    (_, head), (_, began), (_, ended), (_, text), (_, done) = said
    assert head["title"] == "add buy milk #shopping"
    assert (began["id"], began["status"], began["result"]) == (ended["id"], "running", None)
    assert (ended["name"], ended["status"]) == ("add_task", "done")
    assert ended["result"]["task"]["tags"] == ["shopping"]
    assert text["delta"] == "Added “buy milk”, #shopping."
    assert done["conversation_id"] == head["id"]


async def test_what_the_chat_does_is_there_for_everybody_else(
    talk: Talk, client: httpx.AsyncClient
) -> None:
    await talk.say("add buy milk tomorrow at 5pm")
    (task,) = (await client.get("/api/dev-user/tasks")).json()["items"]
    assert (task["title"], task["version"]) == ("buy milk", 1)
    await talk.say("it is done")
    found = await activity_of(client, 2)
    told = [(entry["type"], entry["task_id"]) for entry in found]
    assert told == [
        ("com.todo.task.completed", task["id"]),
        ("com.todo.task.created", task["id"]),
    ]


async def test_the_zone_of_the_user_decides_what_is_today(talk: Talk) -> None:
    # These two are always a day apart, for one hour of each day two.
    for zone, hour in (("Pacific/Kiritimati", "22:00"), ("Pacific/Pago_Pago", "23:00")):
        talk.zone = zone
        before = noon_tomorrow(zone)
        said = await talk.say("add buy milk tomorrow at noon")
        due_at = said[2][1]["result"]["task"]["due_at"]
        assert due_at in (before, noon_tomorrow(zone))
        assert due_at[11:16] == hour


def noon_tomorrow(zone: str) -> str:
    """Return when it is, as the API writes it."""
    local = datetime.now(ZoneInfo(zone))
    noon = datetime.combine(local.date() + timedelta(days=1), time(12), local.tzinfo)
    return noon.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_conversation_is_stored_with_its_tools(talk: Talk) -> None:
    said = await talk.say("add buy milk")
    asked, replied = await talk.messages()
    assert (asked["role"], asked["text"], asked["tools"]) == ("user", "add buy milk", [])
    assert (replied["role"], replied["text"]) == ("assistant", text_of(said))
    assert replied["tools"] == [said[2][1]]
    assert replied["id"] == said[-1][1]["message_id"]
    assert replied["problem"] is None


async def test_it_and_yes_are_understood_from_the_message_before(
    talk: Talk, client: httpx.AsyncClient
) -> None:
    await talk.say("add buy milk")
    assert "now high priority" in await talk.hear("make it high priority")
    asked = await talk.say("delete it")
    assert [name for name, _ in asked] == ["conversation", "text", "done"]
    assert await talk.hear("yes") == "Deleted: “buy milk”."
    assert (await client.get("/api/dev-user/tasks")).json()["items"] == []
    assert "nothing" in (await Talk(client).hear("undo that")), "another conversation"


async def test_who_wants_json_gets_one_object(talk: Talk) -> None:
    answer = await talk.post("add buy milk", Accept="application/json")
    assert answer.headers["Content-Type"] == "application/json"
    talk.id = answer.json()["conversation_id"]
    assert answer.json()["message"] == (await talk.messages())[1]


async def test_who_takes_both_gets_a_stream(talk: Talk) -> None:
    answer = await talk.post("hello", Accept="text/event-stream, application/json")
    assert events_of(answer.text)[-1][0] == "done"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/message"),
        ({"message": ""}, "/message"),
        ({"message": " \n "}, "/message"),
        ({"message": "\u200b\ufeff"}, "/message"),
        ({"message": "nul \x00"}, "/message"),
        ({"message": "x" * 2001}, "/message"),
        ({"message": "hi", "conversation_id": "1"}, "/conversation_id"),
        ({"message": "hi", "time_zone": "Berlin"}, "/time_zone"),
        ({"message": "hi", "time_zone": "Europe"}, "/time_zone"),
        ({"message": "hi", "time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"message": "hi", "time_zone": ""}, "/time_zone"),
        ({"message": "hi", "model": "other"}, "/model"),
    ],
)
async def test_a_wrong_request_is_answered_before_a_stream_begins(
    client: httpx.AsyncClient, body: dict[str, object], pointer: str
) -> None:
    answer = await client.post(CHAT, json=body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await client.get(CONVERSATIONS)).json()["items"] == []


@pytest.mark.parametrize("zone", ["Etc/Unknown", "America/Not_Yet_Named", "Mars/Base/One"])
async def test_a_zone_that_only_the_browser_knows_is_taken_for_utc(talk: Talk, zone: str) -> None:
    talk.zone = zone
    said = await talk.say("add buy milk tomorrow at 5pm")
    [task] = [data["result"]["task"] for _, data in said if data.get("result")]
    assert task["due_at"].endswith("T17:00:00Z")


async def test_others_conversations_do_not_exist_here(talk: Talk) -> None:
    await talk.say("add buy milk")
    other = Talk(talk.client, talk.id, user="ann")
    answer = await other.post("delete it")
    assert (answer.status_code, answer.json()["type"]) == (
        404,
        "urn:todo:problem:conversation-not-found",
    )
    refused = await talk.client.post(CHAT, json={"message": "hi"}, headers=ANN)
    assert refused.status_code == 403


async def test_the_tasks_of_others_cannot_be_meant(talk: Talk) -> None:
    await talk.say("add buy milk")
    other = Talk(talk.client, user="ann")
    assert "no task like" in await other.hear("complete buy milk")
    assert "There are no open tasks" in await other.hear("list my tasks")


async def test_one_reply_at_a_time_is_given_in_a_conversation(
    scripted: Talk, engine: Scripted
) -> None:
    await scripted.say("hello")
    engine.gate.clear()
    engine.begun.clear()
    first = asyncio.create_task(scripted.say("first"))
    await engine.begun.wait()
    busy = await scripted.post("second")
    assert (busy.status_code, busy.json()["type"]) == (409, "urn:todo:problem:conversation-busy")
    assert busy.headers["Retry-After"] == "2"
    engine.gate.set()
    assert text_of(await first) == "One moment. Here I am."
    await scripted.say("third")
    said = [each["text"] for each in await scripted.messages() if each["role"] == "user"]
    assert said == ["hello", "first", "third"]


async def test_what_an_engine_cannot_finish_ends_with_a_problem(
    scripted: Talk, engine: Scripted
) -> None:
    engine.problem = Unwell
    engine.calls = [Call(tool="add_task", arguments={"title": "Buy milk"})]
    said = await scripted.say("add milk")
    assert [name for name, _ in said] == ["conversation", "tool", "tool", "text", "error"]
    assert said[-1][1]["type"] == "urn:todo:problem:unwell"
    stored = (await scripted.messages())[1]
    assert (stored["text"], stored["problem"]) == ("One moment.", said[-1][1])
    assert stored["tools"][0]["status"] == "done"
    engine.problem = None
    assert text_of(await scripted.say("again")) == "One moment. Here I am."


async def test_what_nobody_foresaw_is_told_without_its_cause(
    scripted: Talk, engine: Scripted
) -> None:
    engine.problem = lambda: RuntimeError("secret cause")
    name, data = (await scripted.say("hello"))[-1]
    assert (name, data["type"]) == ("error", "urn:todo:problem:internal")
    assert "secret" not in str(data)


async def test_an_engine_is_told_what_was_said_before(scripted: Talk, engine: Scripted) -> None:
    engine.calls = [Call(tool="add_task", arguments={"title": "Buy milk"})]
    await scripted.say("add milk")
    await scripted.say("thanks")
    past = [(each.role, each.text, len(each.tools)) for each in engine.turns[-1].history]
    assert past == [("user", "add milk", 0), ("assistant", "One moment. Here I am.", 1)]


async def test_a_long_silence_is_filled_with_comments(
    scripted: Talk, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "QUIET_SECONDS", 0.01)
    engine.gate.clear()
    # Long enough for the reply to have begun, also on a machine that is busy.
    asyncio.get_running_loop().call_later(3, engine.gate.set)
    answer = await scripted.post("hello")
    assert ": ping\n\n" in answer.text
    assert events_of(answer.text)[-1][0] == "done"


async def test_replies_are_counted_by_engine_and_outcome(scripted: Talk, engine: Scripted) -> None:
    def count(outcome: str) -> float:
        labels = {"engine": "scripted", "outcome": outcome}
        return REGISTRY.get_sample_value("todo_assistant_replies_total", labels) or 0

    before = count("done"), count("unwell")
    await scripted.say("hello")
    engine.problem = Unwell
    await scripted.say("hello")
    assert (count("done"), count("unwell")) == (before[0] + 1, before[1] + 1)
