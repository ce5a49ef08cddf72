"""The double refuses what the vendor's API refuses: a test that passes with it means something."""

import copy
from typing import Any

import httpx
import pytest

from tests.cohere_answers import says
from tests.cohere_double import KEY, MODEL, Asked, Refused, cohere_double, read

CALL = {"id": "c1", "type": "function", "function": {"name": "list_tasks", "arguments": "{}"}}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "list_tasks", "parameters": {"type": "object", "properties": {}}},
}
VALID: dict[str, Any] = {
    "model": MODEL,
    "stream": True,
    "temperature": 0.0,
    "tools": [TOOL],
    "messages": [
        {"role": "system", "content": "You keep a list."},
        {"role": "user", "content": "What is on it?"},
        {"role": "assistant", "tool_plan": "I will look.", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"tasks": []}'},
    ],
}
MESSAGES: list[dict[str, Any]] = VALID["messages"]
HUH = {"role": "user", "content": "Hm?"}
NOTHING = {"role": "assistant", "content": "Nothing."}
GONE = object()


def with_(path: str, value: object) -> dict[str, Any]:
    """Return the valid request with one place changed, or gone."""
    body = copy.deepcopy(VALID)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = body
    for part in way:
        place = place[part]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return body


def ask(body: object, key: str = KEY) -> Asked:
    return read(f"Bearer {key}", body)


def test_a_valid_request_is_taken() -> None:
    asked = ask(VALID)
    assert [message.role for message in asked.messages] == ["system", "user", "assistant", "tool"]
    assert asked.results == [{"tasks": []}]


@pytest.mark.parametrize(
    ("path", "value", "status", "said"),
    [
        ("model", GONE, 400, "model"),
        ("model", "nonsense", 404, "not found"),
        ("messages", GONE, 400, "messages"),
        ("messages", [], 400, "last message"),
        ("messages", [*MESSAGES, NOTHING], 400, "last message"),
        ("messages", MESSAGES[:3], 400, "no tool message for"),
        ("messages", [*MESSAGES[:3], HUH, MESSAGES[3]], 400, "no tool message for"),
        ("messages", [MESSAGES[1], MESSAGES[3]], 400, "no tool call has"),
        ("stream", GONE, 400, "stream"),
        ("stream", False, 400, "stream"),
        ("preamble", "You are…", 400, "preamble"),
        ("temperature", "hot", 400, "temperature"),
        ("messages.0.text", "x", 400, "unknown field"),
        ("messages.1.role", GONE, 400, "role"),
        ("messages.1.role", "human", 400, "messages"),
        ("messages.1.content", "", 400, "content"),
        ("messages.1.content", None, 400, "messages"),
        ("messages.2.tool_calls", [], 400, "content or tool calls"),
        ("messages.2.tool_calls.0.name", "x", 400, "unknown field"),
        ("messages.2.tool_calls.0.id", GONE, 400, "messages"),
        ("messages.2.tool_calls.0.function.arguments", "{", 400, "JSON object"),
        ("messages.2.tool_calls.0.function.name", "fly", 400, "one of the tools"),
        ("messages.3.tool_call_id", GONE, 400, "messages"),
        ("messages.3.tool_call_id", "c2", 400, "tool_call_id"),
        ("messages.3.content", "[]", 400, "JSON object"),
        ("messages.3.content", "", 400, "JSON object"),
        ("tools.0.function", GONE, 400, "a function"),
        ("tools.0.function.parameters", GONE, 400, "tools"),
        ("tools.0.function.parameters", {}, 400, "of type object"),
    ],
)
def test_a_wrong_request_is_refused(path: str, value: object, status: int, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        ask(with_(path, value))
    assert refused.value.status == status


def test_a_wrong_key_is_refused() -> None:
    with pytest.raises(Refused, match="invalid api token"):
        ask(VALID, key="another")


async def test_over_http_a_refusal_is_an_error_and_an_answer_a_stream() -> None:
    async with (
        cohere_double() as double,
        httpx.AsyncClient(base_url=double.url, verify=False) as client,
    ):
        double.answers.append(says("Nothing."))
        headers = {"Authorization": f"Bearer {KEY}"}
        wrong = await client.post("/v2/chat", json={"model": MODEL}, headers=headers)
        right = await client.post("/v2/chat", json=VALID, headers=headers)
    assert (wrong.status_code, list(wrong.json())) == (400, ["message"])
    assert double.refused == [wrong.json()["message"]]
    assert right.headers["Content-Type"].startswith("text/event-stream")
    assert "event: content-delta" in right.text
