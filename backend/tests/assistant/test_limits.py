"""What is said at once is bounded, far above what people say, and told past it."""

import pickle
from collections.abc import AsyncGenerator

import pytest

from evaluation import report
from evaluation.fixtures import World, world
from schemas.chat import MAX_MESSAGE
from services.assistant.assistant import Assistant
from services.assistant.core.reading import Unread
from services.assistant.engines.offline.engine import OfflineEngine
from services.assistant.engines.offline.limits import CHARACTERS, check
from tests.understanding import NOW


@pytest.fixture
async def home() -> AsyncGenerator[World]:
    async with world([{"title": "buy milk"}], NOW, Assistant(OfflineEngine())) as here:
        yield here


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("add " + "x" * CHARACTERS, "1,004 characters, and I read up to 1,000"),
        ("add a. " * 30, "30 sentences, and I read up to 20"),
        ("1. a\n" * 30, "30 sentences, and I read up to 20"),
        ("a," * 999, "1,998 characters"),
        ("add " + "a, " * 50 + "b", "51 items, and I read up to 40"),
        ("add a" + " and b" * 50, "51 items, and I read up to 40"),
    ],
)
async def test_too_much_is_told_and_nothing_done(home: World, said: str, told: str) -> None:
    assert len(said) <= MAX_MESSAGE
    reply = await home.say(said)
    assert told in reply.text
    assert "Nothing was done; say it in several messages" in reply.text
    assert (len(reply.tasks), reply.problem) == (1, None)


async def test_a_question_is_kept(home: World) -> None:
    await home.say("delete buy milk")
    await home.say("x" * 1001)
    assert (await home.say("yes")).text == "Deleted: “buy milk”."


def test_nobody_of_the_labelled_sentences_meets_a_limit() -> None:
    for case in report.sentences_of("all"):
        for step in case.steps:
            check(step.said)


def test_the_refusal_comes_through_from_another_process() -> None:
    with pytest.raises(Unread) as caught:
        check("x" * 1001)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.reason, again.advice) == (caught.value.reason, caught.value.advice)
