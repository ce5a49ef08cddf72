"""The promises of the assistant's tools to whoever calls them: an engine, another program."""

import json
import uuid
from collections.abc import AsyncGenerator
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy import select

from database import Database
from models import OutboxEvent
from services.assistant.core.tools import TOOLS, Toolbox
from tests.spans import record_spans
from tests.test_logs import CANARY

NAMES = [
    "add_task", "list_tasks", "update_task", "complete_task", "delete_task", "set_reminder",
]  # fmt: skip


@pytest.fixture
async def tools(app: FastAPI) -> AsyncGenerator[Toolbox]:
    yield Toolbox(app.state.database, "dev-user")
    await app.state.database.close()


async def done(tools: Toolbox, name: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that has to succeed, and return what it answers."""
    result = await tools.call(name, arguments)
    assert not result.failed, result.content
    return result.content


async def error(tools: Toolbox, name: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that has to fail, and return the problem it answers."""
    result = await tools.call(name, arguments)
    assert result.failed
    return result.content["error"]


async def events(app: FastAPI) -> list[dict[str, Any]]:
    """Return the events that wait in the outbox."""
    async with app.state.database.read() as session:
        rows = await session.scalars(select(OutboxEvent).order_by(OutboxEvent.position))
        return [json.loads(row.event) for row in rows]


def test_there_are_six_tools() -> None:
    assert list(TOOLS) == NAMES


async def test_a_task_goes_through_every_tool_and_each_change_is_an_event(
    app: FastAPI, tools: Toolbox
) -> None:
    task = (await done(tools, "add_task", title="Buy milk", tags=["shop"]))["task"]
    key = task["id"]
    assert (task["title"], task["tags"], task["priority"]) == ("Buy milk", ["shop"], "normal")
    listed = await done(tools, "list_tasks", q="MILK")
    assert listed == {"tasks": [task], "next_cursor": None}
    changed = await done(tools, "update_task", task_id=key, title="Buy oat milk", priority="high")
    assert (changed["task"]["title"], changed["task"]["priority"]) == ("Buy oat milk", "high")
    reminded = await done(tools, "set_reminder", task_id=key, remind_at="2026-03-11T17:00:00+01:00")
    assert reminded["task"]["remind_at"] == "2026-03-11T16:00:00Z"
    assert app.state.database.reminders_changed.is_set(), "so that it is looked for when it is due"
    assert (await done(tools, "set_reminder", task_id=key, remind_at=None))["task"][
        "remind_at"
    ] is None
    assert (await done(tools, "complete_task", task_id=key))["task"]["completed"]
    assert not (await done(tools, "update_task", task_id=key, completed=False))["task"]["completed"]
    deleted = (await done(tools, "delete_task", task_id=key))["deleted"]
    assert (deleted["id"], deleted["title"]) == (key, "Buy oat milk")
    told = await events(app)
    assert [(event["type"].rpartition(".")[2], event["sequence"]) for event in told] == [
        ("created", "1"),
        ("updated", "2"),
        ("updated", "3"),
        ("updated", "4"),
        ("completed", "5"),
        ("updated", "6"),
        ("deleted", "7"),
    ]


async def test_a_list_is_of_open_tasks_and_those_due_first_come_first(tools: Toolbox) -> None:
    for title, due in (("c", None), ("b", "2026-03-12T10:00:00Z"), ("a", "2026-03-11T10:00:00Z")):
        await done(tools, "add_task", title=title, due_at=due)
    over = await done(tools, "add_task", title="over")
    await done(tools, "complete_task", task_id=over["task"]["id"])

    async def titles(**arguments: Any) -> list[str]:
        return [t["title"] for t in (await done(tools, "list_tasks", **arguments))["tasks"]]

    assert await titles() == ["a", "b", "c"]
    assert await titles(status="done") == ["over"]
    assert await titles(due_before="2026-03-12T00:00:00Z") == ["a"]
    first = await done(tools, "list_tasks", limit=2)
    rest = await done(tools, "list_tasks", limit=2, cursor=first["next_cursor"])
    assert [t["title"] for t in first["tasks"] + rest["tasks"]] == ["a", "b", "c"]


async def test_a_change_of_nothing_is_no_event(app: FastAPI, tools: Toolbox) -> None:
    key = (await done(tools, "add_task", title="x"))["task"]["id"]
    for _ in range(2):
        await done(tools, "complete_task", task_id=key)
    assert len(await events(app)) == 2


async def test_a_task_of_somebody_else_is_not_found(app: FastAPI, tools: Toolbox) -> None:
    theirs = Toolbox(app.state.database, "somebody")
    key = (await done(theirs, "add_task", title="private"))["task"]["id"]
    for name, arguments in (
        ("update_task", {"title": "mine"}),
        ("complete_task", {}),
        ("delete_task", {}),
        ("set_reminder", {"remind_at": None}),
    ):
        problem = await error(tools, name, task_id=key, **arguments)
        assert (problem["type"], problem["status"]) == ("urn:todo:problem:task-not-found", 404)
    assert (await done(tools, "list_tasks"))["tasks"] == []
    assert [t["title"] for t in (await done(theirs, "list_tasks"))["tasks"]] == ["private"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("add_task", {}, "title: "),
    ("add_task", {"title": ""}, "title: "),
    ("add_task", {"title": "x", "colour": "red"}, "colour: "),
    ("add_task", {"title": "x", "due_at": "tomorrow"}, "due_at: "),
    ("list_tasks", {"limit": 0}, "limit: "),
    ("list_tasks", {"status": "late"}, "status: "),
    ("update_task", {"title": "x"}, "task_id: "),
    ("update_task", {"task_id": str(uuid.uuid4()), "title": None}, "title: "),
    ("complete_task", {"task_id": "the second"}, "task_id: "),
    ("set_reminder", {"task_id": str(uuid.uuid4())}, "remind_at: "),
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("name", "arguments", "named"), WRONG)
async def test_wrong_arguments_are_named(
    tools: Toolbox, name: str, arguments: dict[str, Any], named: str
) -> None:
    problem = await error(tools, name, **arguments)
    assert problem["status"] == 422
    assert problem["detail"].startswith(named)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_cursor_nobody_gave_out_is_a_result_too(tools: Toolbox) -> None:
    assert (await error(tools, "list_tasks", cursor="x"))["status"] == 422


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_tool_that_does_not_exist_is_answered_with_those_that_do(tools: Toolbox) -> None:
    problem = await error(tools, "drop_table")
    assert problem["type"] == "urn:todo:problem:unknown-tool"
    assert "add_task, list_tasks" in problem["detail"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_whatever_goes_wrong_is_a_result(
    app: FastAPI, tools: Toolbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("as told")

    monkeypatch.setattr(app.state.database, "write", broken)
    problem = await error(tools, "add_task", title="x")
    assert (problem["type"], problem["status"]) == ("urn:todo:problem:internal", 500)
    assert "as told" not in json.dumps(problem)
    assert "RuntimeError: as told" in caplog.text


async def test_a_database_away_is_a_result() -> None:
    database = Database("postgresql+asyncpg://todo@127.0.0.1:1/todo")
    problem = await error(Toolbox(database, "dev-user"), "add_task", title="x")
    assert (problem["type"], problem["status"]) == ("urn:todo:problem:database-unavailable", 503)


def test_the_schemas_are_valid_and_every_field_of_a_moment_says_its_format() -> None:
    for tool in TOOLS.values():
        jsonschema.Draft202012Validator.check_schema(tool.schema)
        assert tool.schema["type"] == "object"
        assert tool.schema["additionalProperties"] is False
        assert tool.description
        assert "default" not in json.dumps(tool.schema)
    assert TOOLS["complete_task"].schema["required"] == ["task_id"]
    assert TOOLS["set_reminder"].schema["required"] == ["task_id", "remind_at"]


def test_only_deleting_destroys_and_only_listing_changes_nothing() -> None:
    assert [tool.name for tool in TOOLS.values() if tool.destroys] == ["delete_task"]
    assert [tool.name for tool in TOOLS.values() if not tool.writes] == ["list_tasks"]
    assert [tool.name for tool in TOOLS.values() if not tool.repeatable] == ["add_task"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_call_is_counted_logged_and_a_span_without_a_users_words(
    tools: Toolbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "todo")
    spans = record_spans()

    def count(outcome: str) -> float:
        labels = {"tool": "add_task", "outcome": outcome}
        return REGISTRY.get_sample_value("todo_assistant_tool_calls_total", labels) or 0

    before = count("done"), count("failed")
    task = (await done(tools, "add_task", title=CANARY))["task"]
    await error(tools, "add_task", title=CANARY, colour=CANARY)
    assert (count("done"), count("failed")) == (before[0] + 1, before[1] + 1)
    first, second = [record for record in caplog.records if record.message == "tool called"]
    assert vars(first) | {"tool": "add_task", "user_id": "dev-user"} == vars(first)
    assert (vars(first)["task_id"], vars(second)["task_id"]) == (task["id"], None)
    assert vars(second)["problem"] == "urn:todo:problem:invalid-arguments"
    assert CANARY not in str([vars(record) for record in caplog.records])
    made = [span for span in spans.get_finished_spans() if span.name == "tool add_task"]
    assert [span.status.is_ok for span in made] == [True, False]
    assert CANARY not in str([span.to_json() for span in made])
