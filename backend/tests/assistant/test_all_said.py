"""Sentences that say several things at once: all of it is done, and nothing beside."""

from collections.abc import AsyncGenerator

import pytest

from evaluation.fixtures import World
from tests.assistant.saying import changed, named, person


@pytest.fixture
async def here() -> AsyncGenerator[World]:
    async with person() as made:
        yield made


ADDED = "add buy bread"
RING = {"ring Sam": "new, reminder 2026-03-10 16:30"}


@pytest.mark.parametrize(
    ("sentences", "different"),
    [
        # The task just added is "it".
        ([ADDED, "make it high priority and due friday"], {"buy bread": "new, due 2026-03-13"}),
        ([ADDED, "remind me of it tomorrow at 8"], {"buy bread": "new, reminder 2026-03-11 08:00"}),
        # What was done, and what was not.
        (["bought milk but forgot the rent"], {"buy milk": "done"}),
        (["finished: gym, buy milk"], {"gym": "done", "buy milk": "done"}),
        (["done today: gym and water the plants"], {"gym": "done", "water the plants": "done"}),
        (["finish report by friday"], {"finish quarterly report": "due 2026-03-13"}),
        # A date of a noun is no due date, and the other one is.
        (
            ["add buy 3 tickets for the may 8 concert"],
            {"buy 3 tickets for the may 8 concert": "new"},
        ),
        (
            ["add print the monday menu tomorrow"],
            {"print the monday menu": "new, due 2026-03-11"},
        ),
        (
            ["add pay Tim, remind me the day before, due on the 20th"],
            {"pay Tim": "new, due 2026-03-20, reminder 2026-03-19 09:00"},
        ),
        # A misspelt command is no new task.
        (["pls reshedule water teh plants for tmrw"], {"water the plants": "due 2026-03-11"}),
        # Not to be forgotten at a time is a reminder; without a time it is a task.
        (
            ["don't let me forget to ring Sam at 5pm"],
            {"ring Sam": "new, reminder 2026-03-10 17:00"},
        ),
        (["don't let me forget to ring Sam"], {"ring Sam": "new"}),
        # "That" is the reminder that was set last, not a due date.
        (["remind me to ring Sam at 4pm", "make that 4:30"], RING),
        (["remind me to ring Sam at 4pm", "no, at 4:30pm"], RING),
        (["remind me to ring Sam at 4pm", "push it half an hour later"], RING),
        (
            ["add ring Sam tomorrow at 4pm", "make that 5pm"],
            {"ring Sam": "new, due 2026-03-11 17:00"},
        ),
        # Both halves.
        (
            ["buy milk done, and move the dentist to monday 10am"],
            {"buy milk": "done", "call the dentist": "due 2026-03-16 10:00"},
        ),
        (["milk is bought, mom called"], {"buy milk": "done", "call mom": "done"}),
        (
            ["change report title to 'x' and due to friday"],
            {"x": "due 2026-03-13, was finish quarterly report"},
        ),
        (
            ["rename gym to swim and remind me of it tomorrow at 7am"],
            {"swim": "reminder 2026-03-11 07:00, was gym"},
        ),
        # Times of today that are still to come.
        (["remind me later today to call Sam"], {"call Sam": "new, reminder 2026-03-10 15:00"}),
        (["remind me at eod to call Sam"], {"call Sam": "new, reminder 2026-03-10 17:00"}),
        (
            ["remind me this morning to call Sam", "tomorrow at 5pm"],
            {"call Sam": "new, reminder 2026-03-11 17:00"},
        ),
        # A time of its own on the day before.
        (
            ["move the dentist to thursday 3pm", "remind me of the dentist the day before at 10"],
            {"call the dentist": "due 2026-03-12 15:00, reminder 2026-03-11 10:00"},
        ),
        # Lists of new tasks.
        (["- wash car\n- vacuum"], {"wash car": "new", "vacuum": "new"}),
        (["1. wash car\n2. vacuum"], {"wash car": "new", "vacuum": "new"}),
        (["these:\n* wash car\n* vacuum"], {"wash car": "new", "vacuum": "new"}),
        (
            ["buy eggs, ham and bread as three tasks"],
            {"buy eggs": "new", "ham": "new", "bread": "new"},
        ),
        # Places of the list just shown.
        (["show my tasks", "done with 1 and 4"], {"buy milk": "done", "gym": "done"}),
        (["show my tasks", "delete 2 and 3", "yes"], {"call mom": "gone", "pay rent": "gone"}),
        # Said of what lies behind, and a word that begins as another does.
        (["bought the milk at six this morning"], {"buy milk": "done"}),
        (["add invite the press"], {"invite the press": "new"}),
        # A yes that says again what it agrees to.
        (["delete the dentist", "yes, delete the dentist"], {"call the dentist": "gone"}),
        (["delete the dentist", "why?", "yes"], {"call the dentist": "gone"}),
        (["delete the dentist", "when is it due?", "yes"], {"call the dentist": "gone"}),
    ],
    ids=named,
)
async def test_all_that_was_said_is_done(
    here: World, sentences: list[str], different: dict[str, str]
) -> None:
    assert (await changed(here, *sentences))[0] == different
