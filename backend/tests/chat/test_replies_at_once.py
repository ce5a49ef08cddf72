"""One reply more than a person may be given at once is refused, and costs the others nothing."""

import asyncio

import pytest

from tests.chats import Scripted, Talk, text_of, use_engine
from tests.conftest import app_on, running

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@ON_SQLITE
async def test_a_third_reply_is_refused_and_the_two_running_are_finished(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Scripted()
    use_engine(engine, monkeypatch)
    async with running(app_on(database_url, replies_at_once=2)) as client:
        replies = [asyncio.create_task(Talk(client).say("hello"))]
        await engine.begun.wait()
        engine.begun.clear()
        replies.append(asyncio.create_task(Talk(client).say("hello")))
        await engine.begun.wait()
        refused = await Talk(client).post("hello")
        assert refused.status_code == 429
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:todo:problem:too-many-at-once"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        # Nobody else is refused meanwhile.
        other = asyncio.create_task(Talk(client, user="ann").post("hello"))
        engine.begun.clear()
        await engine.begun.wait()
        engine.gate.set()
        assert (await other).status_code == 200
        for said in await asyncio.gather(*replies):
            assert text_of(said) == "One moment. Here I am."
            assert said[-1][0] == "done"
        assert (await Talk(client).post("hello")).status_code == 200
