"""One change of a task can be followed from the request to the consumer: by spans and by logs."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import anyio
import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan

from services.logger import configure_logging
from tests.chats import CHAT
from tests.patience import PATIENCE_SECONDS
from tests.spans import parent_of, record_spans, trace_of
from tests.test_tasks import TASKS

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


async def arrived(client: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            answer = await client.get(f"/api/dev-user/activity?task_id={task_id}")
            if answer.json()["items"]:
                return answer.json()["items"][0]
            await anyio.sleep(0.05)


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            if condition():
                return
            await anyio.sleep(0.05)


def named(spans: tuple[ReadableSpan, ...], name: str) -> ReadableSpan:
    (span,) = [span for span in spans if span.name == name]
    return span


# What every change goes through.
EVENT = ("outbox insert", "publish task-events", "consume task-events")
SAID = {"message": "add a task: buy milk"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "body", "way"),
    [
        (TASKS, {"title": "A task"}, ("POST /api/{user_id}/tasks", *EVENT)),
        (CHAT, SAID, ("POST /api/{user_id}/chat", "reply", "tool add_task", *EVENT)),
    ],
)
async def test_spans_lead_from_the_request_to_the_consumer(
    client: httpx.AsyncClient, path: str, body: dict[str, str], way: tuple[str, ...]
) -> None:
    recorded = record_spans()
    await client.post(path, json=body, headers=CALLER)
    await until(lambda: set(way) <= {span.name for span in recorded.get_finished_spans()})
    spans = tuple(s for s in recorded.get_finished_spans() if f"{trace_of(s):032x}" == TRACE)
    assert {span.name for span in spans} == set(way)
    for name, follower in pairwise(way):
        context = named(spans, name).context
        assert context is not None
        assert parent_of(named(spans, follower)) == context.span_id


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_logs_tell_of_the_same_event_under_the_same_trace(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    made = await client.post(TASKS, json={"title": "canary-title"}, headers=CALLER)
    task_id = made.json()["id"]
    event_id = (await arrived(client, task_id))["id"]
    text = ""

    def is_told() -> bool:
        nonlocal text
        text += capsys.readouterr().out
        return "events published" in text

    await until(is_told)
    assert "canary-title" not in text
    lines = {
        line["message"]: line
        for line in map(json.loads, text.splitlines())
        if line.get("trace_id") == TRACE
    }
    assert lines["task created"]["task_id"] == task_id
    assert lines["events published"]["event_ids"] == [event_id]
    consumed = lines["event consumed"]
    assert (consumed["event_id"], consumed["task_id"]) == (event_id, task_id)
    assert (consumed["user_id"], consumed["outcome"]) == ("dev-user", "recorded")
