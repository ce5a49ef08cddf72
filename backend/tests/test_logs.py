"""Logs are JSON, one line an event, and tell which request they belong to."""

import json
import logging

import httpx
import pytest

from services.logger import JsonFormatter, configure_logging, request_id
from tests.test_tasks import TASKS, create


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_each_request_is_one_line(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    task = await create(client)
    await client.get(f"{TASKS}/{task['id']}", headers={"X-Request-Id": "mine"})
    found = [line for line in lines(capsys.readouterr().out) if "method" in line]
    assert [line["message"] for line in found] == [
        f"POST {TASKS} 201",
        f"GET {TASKS}/{task['id']} 200",
    ]
    last = found[-1]
    assert (last["request_id"], last["user_id"], last["task_id"], last["status"]) == (
        "mine",
        "dev-user",
        task["id"],
        200,
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_probes_are_silent(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    await client.get("/api/health/ready")
    assert "/api/health" not in "".join(
        str(line) for line in lines(capsys.readouterr().out) if line["logger"] == "todo.access"
    )


def test_an_event_with_a_traceback_stays_one_line() -> None:
    token = request_id.set("r1")
    try:
        raise ValueError("several\nlines")
    except ValueError as error:
        record = logging.LogRecord(
            "todo.x", logging.ERROR, "", 1, "a\nb %s", ("c",), (ValueError, error, None)
        )
    finally:
        request_id.reset(token)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    entry = json.loads(text)
    assert (entry["level"], entry["message"]) == ("error", "a\nb c")
    assert "several\nlines" in entry["exception"]
    assert "request_id" not in entry
