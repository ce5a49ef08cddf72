"""A message that is not read in time changes nothing, and nothing is forgotten."""

from collections.abc import AsyncGenerator, Callable

import pytest
from prometheus_client import REGISTRY

from evaluation.fixtures import World, world
from services.assistant.assistant import Assistant
from services.assistant.core.reading import Found, Given, Reason, Unread, directly
from services.assistant.engines.offline.engine import OfflineEngine
from tests.understanding import NOW

SEEDS = [{"title": "buy milk"}, {"title": "call mum"}]


async def slow(function: Callable[[*Given], Found], *given: *Given) -> Found:
    raise Unread(Reason.SLOW, "Say it in fewer words.")


def counted() -> float:
    return REGISTRY.get_sample_value("todo_assistant_unread_total", {"reason": "slow"}) or 0


@pytest.fixture
async def home() -> AsyncGenerator[World]:
    async with world(SEEDS, NOW, Assistant(OfflineEngine())) as here:
        yield here


async def test_the_person_is_told_what_to_say_instead(home: World) -> None:
    before = counted()
    home.read = slow
    said = await home.say("add buy bread")
    assert (said.text, said.problem, said.uses) == ("Say it in fewer words.", None, [])
    assert len(said.tasks) == len(SEEDS)
    assert counted() == before + 1


async def test_a_question_is_kept_and_can_be_answered(home: World) -> None:
    await home.say("delete buy milk")
    home.read = slow
    assert (await home.say("yes")).text == "Say it in fewer words."
    home.read = directly
    assert (await home.say("yes")).text == "Deleted: “buy milk”."


async def test_what_was_spoken_of_is_kept(home: World) -> None:
    await home.say("make buy milk high priority")
    home.read = slow
    await home.say("move it to friday")
    home.read = directly
    assert "Fri 13 March" in (await home.say("move it to friday")).text
