"""The language model that is busy, away or cut off: tried again, told, or replaced by rules."""

import socket
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pydantic import SecretStr

from evaluation.fixtures import USER, World
from services.assistant import fallback
from services.assistant.core.engine import Text, Turn
from services.assistant.core.tools import Toolbox
from services.assistant.engine_factory import create_engine
from services.assistant.engines.cohere import engine as cohere_module
from services.assistant.engines.cohere import stream
from services.assistant.engines.cohere.engine import CohereEngine, cohere_engine
from services.assistant.engines.offline.engine import OfflineEngine
from services.assistant.fallback import WithFallback
from settings import Settings
from tests.cohere_answers import Answer, breaks, calls, hangs, refuses, says, streams
from tests.cohere_double import KEY, MODEL, Cohere, cohere_double
from tests.cohere_home import MILK, at_home, problem_of, titles
from tests.understanding import NOW


@pytest.fixture
async def model() -> AsyncGenerator[Cohere]:
    async with cohere_double() as double:
        yield double
        assert double.refused == []


@pytest.fixture
async def engine(model: Cohere) -> AsyncGenerator[CohereEngine]:
    async with cohere_engine(KEY, MODEL, model.url) as engine:
        yield engine


@pytest.fixture
async def home(engine: CohereEngine) -> AsyncGenerator[World]:
    async with at_home(engine) as here:
        yield here


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "RETRY_SECONDS", 0)


@pytest.mark.parametrize(
    "failure",
    [refuses(429), refuses(500), refuses(503), breaks()],
    ids=["429", "500", "503", "cut"],
)
async def test_what_may_pass_is_tried_once_more(
    home: World, model: Cohere, failure: Answer
) -> None:
    model.answers += [failure, calls(MILK), failure, says("Found it.")]
    reply = await home.say("look for milk")
    assert (reply.text, reply.problem) == ("Found it.", None)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([refuses(429), refuses(429)], "model-busy"),
        ([refuses(500), refuses(502)], "model-away"),
        ([breaks(), refuses(503)], "model-away"),
        ([breaks("Let me")], "model-away"),
        ([says("Let me", ends="ERROR")], "model-away"),
        ([says(ends="TIMEOUT")], "model-away"),
        ([streams()], "model-away"),
        ([refuses(401)], "model-refuses"),
        ([refuses(403)], "model-refuses"),
        ([refuses(400)], "model-refuses"),
        ([refuses(404)], "model-refuses"),
    ],
)
async def test_what_does_not_pass_is_a_problem(
    home: World, model: Cohere, answers: list[Answer], code: str
) -> None:
    model.answers += answers
    assert await problem_of(home, "hello") == code


async def test_a_model_that_says_nothing_more_is_not_waited_for(
    model: Cohere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohere_module, "SILENT_SECONDS", 0.2)
    model.answers += [hangs(), hangs(), hangs("Let me")]
    async with cohere_engine(KEY, MODEL, model.url) as engine, at_home(engine) as home:
        assert await problem_of(home, "hello") == "model-away"
        assert await problem_of(home, "hello") == "model-away"


async def test_nobody_at_the_address_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    async with cohere_engine(KEY, MODEL, url) as engine, at_home(engine) as home:
        assert await problem_of(home, "hello") == "model-away"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, 1), ({"Retry-After": "3"}, 3), ({"retry-after": "60"}, 5), ({"Retry-After": "x"}, 1)],
)
def test_the_pause_is_what_the_vendor_asks_for_within_reason(
    headers: dict[str, str], seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "RETRY_SECONDS", 1.0)
    error = stream.ApiError(headers=headers, status_code=429)
    assert stream.pause(error) == seconds


async def test_rules_take_over_openly_where_the_model_is_away(
    engine: CohereEngine, model: Cohere
) -> None:
    model.answers += [refuses(503), refuses(503)]
    async with at_home(WithFallback(engine, OfflineEngine())) as home:
        turn = Turn("add eggs", NOW, Toolbox(home.database, USER))
        events = [event async for event in home.assistant.reply(turn)]
        assert (events[0], events[-1]) == (Text(fallback.APOLOGY), Text("Added “eggs”."))
        assert turn.engine == "offline"
        assert "eggs" in titles(await home.tasks())


async def test_rules_do_not_take_over_what_the_model_has_begun(
    engine: CohereEngine, model: Cohere
) -> None:
    model.answers += [calls(("add_task", {"title": "Eggs"})), refuses(503), refuses(503)]
    async with at_home(WithFallback(engine, OfflineEngine())) as home:
        assert await problem_of(home, "add eggs") == "model-away"
        assert [t.title for t in (await home.tasks()).values()].count("Eggs") == 1


@pytest.mark.parametrize(
    ("mode", "key", "kind"),
    [
        ("auto", None, OfflineEngine),
        ("auto", KEY, WithFallback),
        ("cohere", KEY, CohereEngine),
        ("offline", KEY, OfflineEngine),
    ],
)
async def test_the_settings_choose_the_engine(mode: Any, key: str | None, kind: type) -> None:
    secret = SecretStr(key) if key else None
    settings = Settings(environment="test", assistant=mode, cohere_api_key=secret)
    async with create_engine(settings) as engine:
        assert type(engine) is kind
