"""A reply is given to its end and stored, whatever becomes of reader, process and memory."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI

from database import Database
from errors import ConversationBusy, DatabaseUnavailable
from schemas.chat import ChatRequest
from schemas.memory import Call, Memory
from services.assistant.assistant import Assistant
from services.assistant.engines.offline.engine import OfflineEngine
from services.chat import persistence
from services.chat.memory import MemoryUnavailable, ProcessMemory, Recalled
from services.chat.reply import Reply
from services.chat.reply_manager import ReplyManager, ReplyTimes
from settings import async_database_url
from tests.chats import CONVERSATIONS, Scripted, Talk, use_engine
from tests.conftest import app_on, running
from tests.patience import PATIENCE_SECONDS
from tests.streams import serving

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
USER = "dev-user"


@pytest.fixture
def engine() -> Scripted:
    return Scripted()


@pytest.fixture
def replies(database: Database, engine: Scripted) -> ReplyManager:
    return ReplyManager(database, Assistant(engine), ProcessMemory())


def saying(message: str, reply: Reply | None = None) -> ChatRequest:
    return ChatRequest(message=message, conversation_id=reply and reply.conversation_id)


async def until_nothing_runs(replies: ReplyManager) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        await replies._wait(None)  # pyright: ignore[reportPrivateUsage]


async def test_a_reply_is_stored_when_its_reader_goes_away(
    app: FastAPI, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(engine, monkeypatch)
    async with serving(app) as address, httpx.AsyncClient(base_url=address, verify=False) as client:
        talk = Talk(client)
        body = {"message": "hello"}
        async with client.stream("POST", f"/api/{USER}/chat", json=body) as answer:
            async for line in answer.aiter_lines():
                if "One moment." in line:
                    break
        (item,) = (await client.get(CONVERSATIONS)).json()["items"]
        talk.id = item["id"]
        assert (await client.get(f"{CONVERSATIONS}/{talk.id}")).json()["replying"]
        engine.gate.set()
        await until_nothing_runs(app.state.replies)
        assert (await talk.messages())[1]["text"] == "One moment. Here I am."


async def test_the_end_of_a_process_waits_for_its_replies(
    app: FastAPI, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(engine, monkeypatch)
    async with serving(app) as address, httpx.AsyncClient(base_url=address, verify=False) as client:
        reading = asyncio.create_task(Talk(client).hear("hello"))
        await engine.begun.wait()
        app.state.server.should_exit = True
        asyncio.get_running_loop().call_later(0.3, engine.gate.set)
        assert await reading == "One moment. Here I am."


async def test_the_end_of_a_process_waits_for_replies_that_nobody_reads(
    app: FastAPI, database_url: str, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(engine, monkeypatch)
    async with serving(app):
        reply = await app.state.replies.start(USER, saying("hello"))
        await engine.begun.wait()
        asyncio.get_running_loop().call_later(0.3, engine.gate.set)
    async with running(app_on(database_url)) as client:
        stored = (await Talk(client, str(reply.conversation_id)).messages())[1]
    assert (stored["text"], stored["problem"]) == ("One moment. Here I am.", None)


async def test_what_takes_longer_than_the_end_may_take_is_cut_short_and_stored(
    app: FastAPI, engine: Scripted, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(engine, monkeypatch)
    monkeypatch.setattr("server.STOP_SECONDS", 0.2)
    async with serving(app) as address, httpx.AsyncClient(base_url=address, verify=False) as client:
        reading = asyncio.create_task(Talk(client).say("hello"))
        await engine.begun.wait()
        app.state.server.should_exit = True
        name, data = (await reading)[-1]
        assert (name, data["type"]) == ("error", "urn:todo:problem:reply-interrupted")
    async with running(app_on(database_url)) as client:
        (item,) = (await client.get(CONVERSATIONS)).json()["items"]
        stored = (await Talk(client, item["id"]).messages())[1]
    assert (stored["text"], stored["problem"]["status"]) == ("One moment.", 503)


async def test_a_call_that_is_cut_short_is_not_said_to_be_done(
    database: Database, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck(*_: object) -> None:
        await anyio.sleep_forever()

    monkeypatch.setattr("services.tasks.create_task", stuck)
    engine.calls = [Call(tool="add_task", arguments={"title": "Buy milk"})]
    replies = ReplyManager(database, Assistant(engine), ProcessMemory(), ReplyTimes(reply=0.3))
    message = await (await replies.start(USER, saying("add milk"))).whole()
    assert message.problem is not None
    assert message.problem.type == "urn:todo:problem:reply-too-slow"
    (use,) = message.tools
    assert (use.status, "not known" in str(use.result)) == ("failed", True)


async def test_a_crash_locks_a_conversation_for_a_short_time_only(database: Database) -> None:
    engine = Scripted()
    dying = ReplyManager(database, Assistant(engine), ProcessMemory(), ReplyTimes(claim=1))
    reply = await dying.start(USER, saying("hello"))
    await engine.begun.wait()
    # As a crash leaves it: neither renewed nor given back.
    for task in dying._running:  # pyright: ignore[reportPrivateUsage]
        task.cancel()
    after = ReplyManager(database, Assistant(OfflineEngine()), ProcessMemory())
    with pytest.raises(ConversationBusy):
        await after.start(USER, saying("anybody there?", reply))
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            await anyio.sleep(0.2)
            try:
                again = await after.start(USER, saying("hello again", reply))
            except ConversationBusy:
                continue
            break
    assert (await again.whole()).text.startswith("Hello!")


async def test_a_long_reply_keeps_its_conversation(database: Database, engine: Scripted) -> None:
    times = ReplyTimes(claim=1, renewal=0.2)
    replies = ReplyManager(database, Assistant(engine), ProcessMemory(), times)
    reply = await replies.start(USER, saying("hello"))
    for _ in range(8):
        await anyio.sleep(0.2)
        with pytest.raises(ConversationBusy):
            await replies.start(USER, saying("still there?", reply))
    engine.gate.set()
    assert (await reply.whole()).text == "One moment. Here I am."


async def test_a_late_reply_does_not_free_what_another_has_claimed(
    database: Database, engine: Scripted
) -> None:
    late = ReplyManager(
        database, Assistant(engine), ProcessMemory(), ReplyTimes(claim=0.1, renewal=99)
    )
    reply = await late.start(USER, saying("hello"))
    await engine.begun.wait()
    await anyio.sleep(0.3)
    other_engine = Scripted()
    other = ReplyManager(database, Assistant(other_engine), ProcessMemory())
    second = await other.start(USER, saying("hello?", reply))
    engine.gate.set()
    assert (await reply.whole()).text == "One moment. Here I am."
    with pytest.raises(ConversationBusy):
        await other.start(USER, saying("and now?", reply))
    other_engine.gate.set()
    await second.whole()
    await other.start(USER, saying("now!", reply))
    await until_nothing_runs(other)


@ON_POSTGRESQL
async def test_two_replicas_give_one_reply_at_a_time(database_url: str) -> None:
    engines = [Scripted(), Scripted()]
    databases = [Database(async_database_url(database_url)) for _ in engines]
    replicas = [
        ReplyManager(database, Assistant(engine), ProcessMemory())
        for database, engine in zip(databases, engines, strict=True)
    ]
    for engine in engines:
        engine.gate.set()
    first = await replicas[0].start(USER, saying("hello"))
    await first.whole()
    for engine in engines:
        engine.gate.clear()
    outcomes = await asyncio.gather(
        *(replica.start(USER, saying("both", first)) for replica in replicas * 3),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ConversationBusy) for outcome in outcomes) == 5
    for engine, replica in zip(engines, replicas, strict=True):
        engine.gate.set()
        await until_nothing_runs(replica)
    for database in databases:
        await database.close()


class Away(ProcessMemory):
    """A memory that can be recalled or not, saved or not."""

    def __init__(self, recalls: bool, saves: bool) -> None:
        super().__init__()
        self.recalls, self.saves = recalls, saves

    async def recall(self, conversation: uuid.UUID) -> Recalled:
        if not self.recalls:
            raise MemoryUnavailable("as told")
        return await super().recall(conversation)

    async def save(self, conversation: uuid.UUID, memory: Memory, version: str | None) -> None:
        if not self.saves:
            raise MemoryUnavailable("as told")
        await super().save(conversation, memory, version)


@pytest.mark.parametrize("recalls", [True, False])
async def test_without_its_memory_the_assistant_still_answers_and_says_so(
    database: Database, recalls: bool
) -> None:
    memory = Away(recalls=recalls, saves=False)
    replies = ReplyManager(database, Assistant(OfflineEngine()), memory)

    async def hear(message: str) -> str:
        return (await (await replies.start(USER, saying(message))).whole()).text

    assert await hear("add buy milk") == "Added “buy milk”."
    assert "1 open task" in await hear("list my tasks")
    assert "short memory is away" in await hear("delete buy milk")
    assert "short memory is away" in await hear("remind me to call Ann")


async def test_a_database_that_goes_away_is_told_to_the_reader(
    replies: ReplyManager, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = await replies.start(USER, saying("hello"))

    async def away(*_: object) -> Mapping[str, Any]:
        raise DatabaseUnavailable

    monkeypatch.setattr(persistence, "end", away)
    engine.gate.set()
    events = [sent async for sent in reply.follow(1) if sent]
    assert events[-1].event == "error"
    with pytest.raises(DatabaseUnavailable):
        await reply.whole()


async def test_a_conversation_may_be_deleted_under_its_reply(
    app: FastAPI, engine: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(engine, monkeypatch)
    async with running(app) as client:
        reading = asyncio.create_task(Talk(client).say("hello"))
        await engine.begun.wait()
        (item,) = (await client.get(CONVERSATIONS)).json()["items"]
        assert (await client.delete(f"{CONVERSATIONS}/{item['id']}")).status_code == 204
        engine.gate.set()
        name, data = (await reading)[-1]
        assert (name, data["status"]) == ("error", 404)
