"""Sentences that say more than a form reads: nothing is done that was not asked for."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from evaluation.fixtures import World, world
from evaluation.harm import harm_of
from services.assistant.assistant import Assistant
from services.assistant.engines.offline.engine import OfflineEngine
from tests.assistant.saying import MARCH, NOW, OPEN, SEEDS, changed, named, person, say


@pytest.fixture
async def here() -> AsyncGenerator[World]:
    async with person() as made:
        yield made


@pytest.mark.parametrize(
    ("said", "named"),
    [
        # An exception.
        ("complete everything except the report", "“except”"),
        ("move everything except the rent to friday", "“except”"),
        ("delete everything but keep the rent", "“but” and “keep”"),
        ("mark all tasks as done apart from the gym", "“apart”"),
        ("complete everything other than the gym", "“other” and “than”"),
        # Nearly, wished, negated, a place that is closed.
        ("I almost finished the report", "“almost”"),
        ("I wish the report was finished", "“wish”"),
        ("the gym is closed", "“closed”"),
        ("half of the report is done", "“half”"),
        ("I would have called mom", "“would have”"),
        # Not now.
        ("skip gym today", "“skip”"),
        ("can't finish the report today", "“can't”"),
        ("I've done everything for today", "“i've” and “everything”"),
        # A condition.
        ("if it rains, complete gym", "“if” and “rains”"),
        ("complete gym unless I say otherwise", "“unless”"),
        # One of two, and dates in relation to others.
        ("complete gym or the report", "“or”"),
        ("move gym to monday or tuesday", "“to monday”"),
        ("move the report to between monday and friday", "“between”"),
        ("add send card 2 days before the 20th", "“before the 20th”"),
        ("rename gym to swim and remind me of mom", "“and remind me of mom”"),
        # What somebody else did.
        ("the dentist called, it is an hour late", "“hour”"),
        # What is said of a task that is there, in words no form has.
        ("the alarm for pay rent ought to ring at 6pm", "“ought to ring”"),
        # A date that another one gives, or that was taken back.
        ("move the gym to friday, same time of day as the gym", "“same time of day as”"),
        ("remind me of the report at 4, sorry, at 5", "“at 5”"),
        # No such time.
        ("make the gym due at 25:00 tomorrow", "“at 25:00”"),
        # A new task on a condition.
        ("add water the roses only if it is dry", "“only if it is dry”"),
        ("remind me at 8 if the dentist has not called", "“if the dentist has not called”"),
        ("add hire a drummer in case Bob quits", "“in case Bob quits”"),
        # A new title that takes what is none: nothing, what something has, a second command.
        ("remind me of nothing today", "“nothing”"),
        ("note that the hall has no heating", "“has no heating”"),
        ("add 5% to the budget", "“to the budget”"),
        ("shelf dusted and push the gym to sunday", "“and push the gym”"),
        # Half of a date, or one that another gives.
        ("add renew the lease on the last friday of the month", "“of the month”"),
        ("add pack the car the day before the trip", "“the day before the trip”"),
        # Two dates of two tasks.
        ("call the dentist tomorrow and email Bob on friday", "“on friday”"),
    ],
)
async def test_words_that_nothing_accounts_for_are_named_and_nothing_is_done(
    here: World, said: str, named: str
) -> None:
    different, reply = await changed(here, said)
    assert different == {}
    assert f"I did not understand {named}" in reply


@pytest.mark.parametrize(
    ("sentences", "told"),
    [
        # Nothing to refer to.
        (["what's on for tomorrow?", "cancel it"], "Which task do you mean?"),
        (["cancel it"], "Which task do you mean?"),
        (["show my tasks", "complete 1 and 40"], "I found no task like “1 and 40”"),
        (["delete 2 and 3"], "Which task do you mean?"),
        # A task that is done gets no reminder.
        (["remind me in a fortnight to renew my passport"], "That is done already."),
        (["remind me in a fortnight to renew my passport"], "open again"),
        # A time that is over.
        (["remind me this morning to call Sam"], "That time is over. When?"),
        (["remind me today at 8am to call Sam"], "That time is over. When?"),
        (["add buy ink last friday"], "That time is over. When?"),
        # A command for somebody else, and words that are no thing to do.
        (["stop the music at 8"], "Add “stop the music”"),
        (["back later"], "I did not understand that"),
        (["create some order"], "I did not understand that"),
        (["did mom get the rent"], "I only know your list"),
        # One task or several.
        (["add apples, pears, and toilet paper"], "Add “apples”, “pears” and “toilet paper”?"),
        (["add two tasks: wash car, vacuum, iron"], "I count 3."),
        # Several at once: what would happen is in the question.
        (["complete everything"], f"Complete {', '.join(f'“{t}”' for t in OPEN[:-1])} and “water"),
        (["move all calls to friday"], "“call the dentist” (now due Fri 13 March)?"),
        # Again and again.
        (
            ["remind me every weekday at 9 to stand up"],
            "I cannot repeat anything, only do it once.",
        ),
        (["remind me every weekday at 9 to stand up"], "Add “stand up” (with a reminder tomorrow"),
        (["water the plants every monday"], "(now due Mon 16 March)?"),
        (["add stretch daily"], "I cannot repeat anything, only do it once.\nAdd “stretch”?"),
        # No yes.
        (["delete the dentist", "yeah right"], "Delete “call the dentist”?"),
        (["delete the dentist", "yes but not today"], "I did not take that for a yes."),
        (["delete the dentist", "yes, delete the gym"], "Delete “gym”?"),
        (
            ["delete the gym and the rent", "yes, but only the gym"],
            "I did not take that for a yes.",
        ),
        (["delete the dentist", "why?"], "Nothing was changed yet. Delete “call the dentist”?"),
    ],
    ids=named,
)
async def test_what_is_open_is_asked(here: World, sentences: list[str], told: str) -> None:
    different, reply = await changed(here, *sentences)
    assert different == {}
    assert told in reply


async def test_a_repeating_reminder_is_offered_once(here: World) -> None:
    said = ("remind me every weekday at 9 to stand up", "yes")
    assert (await changed(here, *said))[0] == {"stand up": "new, reminder 2026-03-11 09:00"}


async def test_a_done_task_is_opened_again_after_a_yes(here: World) -> None:
    said = ("remind me in a fortnight to renew my passport", "yes")
    different, _ = await changed(here, *said)
    assert different == {"renew passport": "open, reminder 2026-03-24 09:00"}


async def test_what_is_due_on_a_day_moves_alone() -> None:
    seeds = [*SEEDS, {"title": "vote", "due": MARCH(11)}, {"title": "mow", "due": MARCH(11)}]
    async with world(seeds, NOW, Assistant(OfflineEngine())) as here:
        asked = await say(here, "postpone everything due tomorrow by one day")
        assert "Change “vote” and “mow” (now due Thu 12 March)?" in asked.text
        different, _ = await changed(here, "yes")
        assert different == {"vote": f"due {MARCH(12)}", "mow": f"due {MARCH(12)}"}


async def test_all_done_tasks_are_deleted_however_many() -> None:
    seeds = [{"title": f"errand {n}", "done": True} for n in range(150)]
    async with world([*SEEDS[:1], *seeds], NOW, Assistant(OfflineEngine())) as here:
        left = (await say(here, "delete all done tasks", "yes")).tasks
        assert [task.title for task in left.values()] == ["buy milk"]


async def test_a_list_too_long_to_know_is_said_to_be() -> None:
    seeds = [{"title": f"errand {n}"} for n in range(511)]
    async with world(seeds, NOW, Assistant(OfflineEngine())) as here:
        reply = await say(here, "complete wash the windows")
        assert (reply.uses, "your list is longer" in reply.text) == ([], True), reply.text


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("add call Sam this monday", MARCH(16)),
        ("add call Sam this wednesday", MARCH(18)),
        ("add call Sam this sunday", MARCH(15)),
        ("add party on the first monday of april", "2026-04-06"),
    ],
)
async def test_a_day_of_this_week_is_never_behind(said: str, due: str) -> None:
    async with world([], NOW + timedelta(days=5), Assistant(OfflineEngine())) as here:
        different, reply = await changed(here, said)
        assert set(different.values()) <= {f"new, due {due}"}, reply


async def test_harm_is_told_from_what_is_merely_wrong(here: World) -> None:
    before = await here.tasks()
    after = (await say(here, "complete gym", "add buy bread")).tasks
    gym, bread = {"tool": "complete_task", "task": "gym"}, {"tool": "add_task", "title": "bread"}
    both = {"tool": ["complete_task", "add_task"], "both": [gym, bread]}
    assert harm_of(both, before, after, NOW) == ""
    for label, harm in (
        (gym, "added ['buy bread']"),
        (bread, "'gym': changed"),
        (both | {"both": [gym, bread | {"due": MARCH(11)}]}, "'buy bread': due is None"),
        ({"tool": "update_task", "task": "gym", "due": MARCH(11)}, "added"),
        ({"tool": None, "asks": True}, "added"),
    ):
        assert harm in harm_of(label, before, after, NOW)


@pytest.mark.parametrize(
    "said",
    [
        "feeling productive today", "so tired today", "running late this morning",
        "everybody is away tomorrow", "the rent could wait until next wednesday",
        "maybe add something about the roses", "the plants arrive on friday", "quiet friday",
        "call the gym what you like", "move the gym to yesterday",
    ],
)  # fmt: skip
async def test_what_is_only_said_is_no_task(here: World, said: str) -> None:
    assert (await changed(here, said))[0] == {}


@pytest.mark.parametrize("title", ["meeting with Sam", "haircut"])
async def test_an_appointment_with_a_time_is_a_task_without_a_verb(here: World, title: str) -> None:
    assert list((await changed(here, f"{title} tomorrow at 5pm"))[0]) == [title]


async def test_a_noun_with_a_day_is_a_task_after_a_yes(here: World) -> None:
    assert await changed(here, "haircut friday") == (
        {}, "Add “haircut” (due Fri 13 March)? Say yes to go ahead, or no to leave it.",
    )  # fmt: skip
    assert list((await changed(here, "yes"))[0]) == ["haircut"]


@pytest.mark.parametrize(
    "said",
    [
        "should I move the gym to friday", "water is expensive today", "pay arrived on friday",
        "remind me the evening before the rent is due", "make the gym low and the dentist high",
    ],
)  # fmt: skip
async def test_what_a_form_does_not_take_is_asked_about(here: World, said: str) -> None:
    different, reply = await changed(here, said)
    assert (different, bool(reply)) == ({}, True), reply
