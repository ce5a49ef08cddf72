"""Logs are JSON, one line an event, and tell which request they belong to."""

import json
import logging

import httpx
import pytest
from fastapi import FastAPI

from services.logger import JsonFormatter, configure_logging, request_id
from tests.conftest import running
from tests.spans import record_spans
from tests.test_tasks import TASKS, create

CANARY = "canary-7d2e"


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


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_each_action_is_one_line_with_its_ids_and_its_trace(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    record_spans()
    configure_logging("info")
    task = await create(client, title=CANARY)
    url = f"{TASKS}/{task['id']}"
    body = {"title": CANARY, "description": CANARY}
    await client.put(url, json=body, headers={"If-Match": '"1"'})
    trace = "0af7651916cd43dd8448eb211c80319c"
    caller = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    await client.patch(url, json={"completed": True}, headers=caller)
    await client.get(f"{TASKS}?q={CANARY}")
    await client.delete(url)
    text = capsys.readouterr().out
    assert CANARY not in text
    found = [line for line in lines(text) if line["logger"] == "todo.tasks"]
    assert [(line["message"], line.get("version")) for line in found] == [
        ("task created", 1),
        ("task replaced", 2),
        ("task updated", 3),
        ("task deleted", None),
    ]
    for line in found:
        assert (line["user_id"], line["task_id"]) == ("dev-user", task["id"])
        assert line["request_id"]
        assert line["trace_id"]
        assert line["span_id"]
    assert found[2]["trace_id"] == trace
    assert len({line["trace_id"] for line in found}) == 4


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
async def test_a_failing_statement_is_logged_without_its_values(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    async with running(app) as client:
        # How much there is is asked before the first one, and then for a while no more.
        assert (await client.post(TASKS, json={"title": "before"})).is_success
        async with app.state.database.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE tasks RENAME TO moved")
        try:
            answer = await client.post(TASKS, json={"title": CANARY})
        finally:
            async with app.state.database.engine.begin() as connection:
                await connection.exec_driver_sql("ALTER TABLE moved RENAME TO tasks")
    assert answer.status_code >= 500
    text = capsys.readouterr().out
    assert "INSERT INTO tasks" in text
    assert CANARY not in text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/api/health", "/health", "/metrics"])
async def test_a_scrape_makes_no_span(client: httpx.AsyncClient, path: str) -> None:
    spans = record_spans()
    assert (await client.get(path)).status_code == 200
    assert spans.get_finished_spans() == ()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_metrics_are_there_for_prometheus_and_not_in_the_api(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for name in ("todo_outbox_pending", "todo_outbox_oldest_seconds", "todo_stream_clients"):
        assert f"\n{name} " in answer.text
    assert "/metrics" not in (await client.get("/api/openapi.json")).json()["paths"]
