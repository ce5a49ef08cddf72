"""`todo events`: what an operator sees of the outbox, and the way back out of quarantine."""

import json
import re
from collections.abc import AsyncGenerator

import pytest
from anyio import to_thread
from sqlalchemy import update

from cli.main import main
from database import Database
from models import OutboxEvent
from services.clock import now
from settings import async_database_url
from tests.relays import pending, store


@pytest.fixture
async def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Database]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(async_database_url(database_url))
    yield database
    await database.close()


async def command(*arguments: str) -> int:
    """Run `todo events …` beside this event loop: it has one of its own."""
    return await to_thread.run_sync(main, ["events", *arguments])


async def quarantine(database: Database, reason: str) -> None:
    values = {"quarantined_at": now(), "reason": reason, "attempts": 5}
    async with database.writer.begin() as connection:
        await connection.execute(update(OutboxEvent).values(values))


async def test_pending_lists_what_waits(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    [event_id] = await store(database, "dev-user")
    assert await command("pending") == 0
    printed = capsys.readouterr().out
    assert re.match(r"1 pending, the oldest for \d+ s; 0 in quarantine\n", printed)
    assert str(event_id) in printed
    assert await command("pending", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pending"], told["quarantined"]) == (1, 0)
    assert (told["events"][0]["id"], told["events"][0]["user_id"]) == (str(event_id), "dev-user")


async def test_quarantine_names_the_reason_and_replay_ends_it(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    [first, second] = await store(database, "a", "b")
    await quarantine(database, "too large")
    assert await command("quarantine") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("0 pending, the oldest for 0 s; 2 in quarantine")
    assert printed.count("too large") == 2
    assert "todo events replay" in printed

    assert await command("replay", str(first)) == 0
    assert str(first) in capsys.readouterr().out
    assert await pending(database) == 1
    assert await command("replay", "--all", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"replayed": [str(second)], "missing": []}
    assert await pending(database) == 2


async def test_replaying_what_is_in_no_quarantine_fails_and_says_so(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    [waiting] = await store(database, "a")
    assert await command("replay", str(waiting)) == 1
    assert capsys.readouterr().err.startswith(f"{waiting}: not in quarantine. Next: todo events")


async def test_an_event_that_is_no_json_can_be_looked_at(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await store(database, "a")
    async with database.writer.begin() as connection:
        await connection.execute(update(OutboxEvent).values(event="{"))
    await quarantine(database, "not JSON")
    assert await command("quarantine") == 0
    assert "unreadable" in capsys.readouterr().out


async def test_replay_needs_to_be_told_what() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["events", "replay"])
    assert caught.value.code == 2


async def test_a_database_away_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://todo:canary@127.0.0.1:1/todo")
    assert await command("pending") == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("DATABASE_URL: cannot connect to 127.0.0.1")
    assert "canary" not in printed.out + printed.err
