"""An event that could not be handled is kept once, with the reason, until handling it works."""

import base64
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx
import pytest
from anyio import to_thread
from fastapi import FastAPI
from prometheus_client import REGISTRY

from cli.main import main
from database import Database
from errors import DatabaseUnavailable
from services.events import consumer, dead_letters
from services.events.consumer import ConsumeResult
from services.events.dead_letters import parse_letter
from tests.cloud_events import SIDECAR, TOKEN, event
from tests.conftest import app_on, running
from tests.events.test_deliveries import deliver, feed

LETTERS = "/events/dead-letters"
POISON = event(title="x" * 201) | {"topic": "task-updates"}


@pytest.fixture
def app(database_url: str) -> FastAPI:
    return app_on(database_url, app_api_token=TOKEN)


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client


def as_raw_payload(body: bytes) -> dict[str, Any]:
    """Wrap what lies in a dead-letter topic as the sidecar does."""
    return {
        "id": "made up at each delivery",
        "type": "com.dapr.event.sent",
        "specversion": "1.0",
        "datacontenttype": "application/octet-stream",
        "topic": "task-updates-dead-letter",
        "pubsubname": "kafka-pubsub",
        "data_base64": base64.b64encode(body).decode(),
    }


async def told(app: FastAPI) -> list[tuple[str, str]]:
    database: Database = app.state.database
    return [(each.topic, each.reason) for each in await dead_letters.waiting(database)]


async def test_a_letter_that_can_be_handled_by_now_is_handled(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    sent = event()
    assert await deliver(client, as_raw_payload(json.dumps(sent).encode()), LETTERS) == "SUCCESS"
    assert [entry["id"] for entry in await feed(client)] == [sent["id"]]
    assert await told(app) == []


async def test_a_poisonous_letter_is_kept_once_with_its_reason(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    labels = {"topic": "task-updates"}
    before = REGISTRY.get_sample_value("todo_dead_letters_total", labels) or 0
    body = json.dumps(POISON).encode()
    for letter in (POISON, as_raw_payload(body), as_raw_payload(body)):
        assert await deliver(client, letter, LETTERS) == "SUCCESS"
    reason = "data.title: String should have at most 200 characters"
    assert await told(app) == [("task-updates", reason)]
    assert REGISTRY.get_sample_value("todo_dead_letters_total", labels) == before + 1
    [kept] = await dead_letters.waiting(app.state.database)
    assert json.loads(kept.event) == POISON


WHATEVER = {
    "nested without an end": b"[" * 500_000,
    "objects without an end": b'{"data":' * 100_000,
    "a number without an end": b'{"id": ' + b"9" * 500_000 + b"}",
    "no number": b'{"id": NaN, "time": 1e999}',
    "half a character for an id": b'{"id": "\\ud800", "topic": "t"}',
    "NUL": b'{"id": "\\u0000", "type": "\\u0000", "topic": "\\u0000"}',
    "lists for names": b'{"id": ["a"], "type": {"a": 1}, "topic": [1]}',
    "a terminal's words": b'{"type": "\\u001b[2J"}',
    "nothing": b"",
    "no text": b"\x00\xff{",
    "no object": b"[]",
    "half a pair": b'"\\ud800"',
    "null": b"null",
    "as much as Kafka takes": b"x" * 1024 * 1024,
}


@pytest.mark.parametrize("body", WHATEVER.values(), ids=WHATEVER)
async def test_whatever_lies_in_the_topic_is_kept(
    body: bytes, app: FastAPI, client: httpx.AsyncClient
) -> None:
    assert await deliver(client, as_raw_payload(body), LETTERS) == "SUCCESS"
    assert [topic for topic, _ in await told(app)] == ["task-updates"]


@pytest.mark.parametrize("body", WHATEVER.values(), ids=WHATEVER)
async def test_whatever_lies_there_unwrapped_stops_neither_the_next_nor_the_command(
    body: bytes, app: FastAPI, client: httpx.AsyncClient, run: Any
) -> None:
    for path in ("/events/tasks", "/events/reminders"):
        assert await deliver(client, body, path) == "DROP"
    assert await deliver(client, body, LETTERS) == "SUCCESS"
    assert await deliver(client, event()) == "SUCCESS"
    assert len(await told(app)) == 1
    for arguments in ((), ("--json",)):
        code, printed = await to_thread.run_sync(run, *arguments)
        assert code == 0
        assert "\x1b" not in printed
    code, _ = await to_thread.run_sync(run, "replay", "--all")
    assert (code, len(await told(app))) == (1, 1)


async def test_a_letter_that_cannot_be_kept_is_dropped_with_a_line_in_the_log(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> bool:
        raise ValueError("no")

    monkeypatch.setattr(dead_letters, "keep", fail)
    assert await deliver(client, POISON, LETTERS) == "SUCCESS"
    assert "cannot be kept and is dropped" in caplog.text


async def test_letters_wait_while_the_database_is_away(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise DatabaseUnavailable

    monkeypatch.setattr(dead_letters, "keep", away)
    answer = await client.post(LETTERS, content=json.dumps(POISON), headers=SIDECAR)
    assert answer.status_code == 503


async def test_an_error_nobody_foresaw_is_kept_too(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> ConsumeResult:
        raise KeyError("title")

    monkeypatch.setattr(dead_letters, "handle", fail)
    assert await deliver(client, event() | {"topic": "reminders"}, LETTERS) == "SUCCESS"
    assert await told(app) == [("reminders", "KeyError: 'title'")]


async def test_in_one_process_a_refused_event_is_a_dead_letter_at_once(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await dead_letters.deliver(app.state.database, "task-events", json.dumps(event()))
    await dead_letters.deliver(app.state.database, "task-events", json.dumps(POISON))
    assert len(await feed(client)) == 1
    assert [topic for topic, _ in await told(app)] == ["task-events"]


@pytest.mark.parametrize(
    ("envelope", "topic"),
    [
        ({"topic": "task-events"}, "task-events"),
        ({"topic": "reminders-dead-letter"}, "reminders"),
        ({}, "unknown"),
        ({"topic": None}, "unknown"),
        ({"topic": "x" * 99}, "x" * 64),
    ],
)
def test_the_topic_is_where_the_event_was_first(envelope: Mapping[str, Any], topic: str) -> None:
    assert parse_letter(json.dumps(envelope).encode()).topic == topic


async def keep_two(database_url: str) -> tuple[str, str]:
    """Keep a letter that stays poisonous and one that a later release understands."""
    async with running(app_on(database_url, app_api_token=TOKEN)) as client:
        await deliver(client, POISON, LETTERS)
        app = app_on(database_url)
        later = event() | {"topic": "task-events"}
        outcome = ConsumeResult(consumer.Result.REFUSED, "a reason of the past")
        await dead_letters.keep(
            app.state.database, parse_letter(json.dumps(later).encode()), outcome
        )
        kept = await dead_letters.waiting(app.state.database)
        await app.state.database.close()
    by_topic = {letter.topic: str(letter.id) for letter in kept}
    return by_topic["task-updates"], by_topic["task-events"]


@pytest.fixture
def run(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Run `todo events dead-letters …` and return its exit code and what it printed."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def call(*arguments: str) -> tuple[int, str]:
        code = main(["events", "dead-letters", *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


async def test_what_a_replay_handles_is_gone_and_what_fails_again_stays(
    database_url: str, run: Any
) -> None:
    poison, mended = await keep_two(database_url)

    async def command(*arguments: str) -> tuple[int, str]:
        return await to_thread.run_sync(run, *arguments)

    code, printed = await command()
    assert code == 0
    assert printed.startswith("2 dead letters wait")
    assert "a reason of the past" in printed
    assert await command("replay", mended) == (0, f"{mended}: recorded\n")
    code, printed = await command("replay", "--all")
    assert (code, printed.split(":")[0]) == (1, poison)
    code, printed = await command("--json")
    [left] = json.loads(printed)
    assert (left["id"], left["topic"]) == (poison, "task-updates")
    assert "x" * 201 not in printed
    code, printed = await command("replay", mended)
    assert code == 1
    assert "no such letter waits" in printed
    async with running(app_on(database_url)) as client:
        assert len(await feed(client)) == 1
