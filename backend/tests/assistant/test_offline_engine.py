"""Conversations with the offline engine: it does what is asked, and says nothing else."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from evaluation.cases import FOLDER
from evaluation.fixtures import USER, Reply, World, world
from repositories.reminders import ReminderRepository
from services.assistant.assistant import Assistant
from services.assistant.core.engine import Turn
from services.assistant.core.tools import Toolbox
from services.assistant.engines.offline.engine import OfflineEngine
from tests.understanding import NOW

SEEDS = json.loads((FOLDER / "seeds.json").read_text())
HOME = SEEDS["home"]


@pytest.fixture
async def home() -> AsyncGenerator[World]:
    async with world(HOME, NOW, Assistant(OfflineEngine())) as here:
        yield here


def calls(reply: Reply) -> list[str]:
    return [use.name for use in reply.uses]


def titles(reply: Reply, **having: Any) -> set[str]:
    return {
        task.title
        for task in reply.tasks.values()
        if all(getattr(task, name) == value for name, value in having.items())
    }


async def test_a_task_is_talked_about_until_it_is_gone(home: World) -> None:
    said = await home.say("add call Peter tomorrow at 5pm")
    assert said.text == "Added “call Peter”, due tomorrow, Wed 11 March at 17:00."
    for sentence, told in (
        ("actually make it 6pm", "now due tomorrow, Wed 11 March at 18:00"),
        ("and on friday instead", "now due Fri 13 March at 18:00"),
        ("make it high priority", "now high priority"),
        ("tag it phone", "tagged #phone"),
        ('rename it to "ring Peter"', "renamed to “ring Peter”"),
        ("remind me about it at noon", "I will remind you today, Tue 10 March at 12:00"),
        ("undo that", "the reminder is gone"),
        ("delete it", "Delete “ring Peter”? Say yes"),
    ):
        assert told in (await home.say(sentence)).text, sentence
    assert "ring Peter" in titles(await home.say("hello"), priority="high")
    assert calls(await home.say("delete it")) == []
    gone = await home.say("yes")
    assert gone.text == "Deleted: “ring Peter”."
    assert "ring Peter" not in titles(gone)


async def test_a_list_is_numbered_and_its_numbers_can_be_said(home: World) -> None:
    shown = await home.say("what is due this week?")
    assert "\n2. Buy milk (due tomorrow, Wed 11 March, #shopping)" in shown.text
    assert titles(await home.say("finish the second one"), completed=True) >= {"Buy milk"}
    refined = await home.say("what about next week? only the ones tagged travel")
    assert calls(refined) == ["list_tasks"]
    assert "Book flights to Lisbon" in refined.text


async def test_about_one_task_everything_is_told(home: World) -> None:
    for sentence, told in (
        (
            "what's the status of my passport?",
            "“Renew passport” is due Wed 15 April, high priority, #travel. "
            "A reminder comes Wed 1 April at 09:00.",
        ),
        ("did I order glasses?", "“Order new glasses” is done."),
        (
            "when is tom's present due?",
            "“Birthday present for Tom” is due Sun 22 March, normal priority, #family, #shopping. "
            "The note says: “He likes board games”.",
        ),
    ):
        assert (await home.say(sentence)).text == told
    async with world(SEEDS["work"], NOW, Assistant(OfflineEngine())) as work:
        told = (await work.say("when is update the website due?")).text
        assert "is overdue: it was due" in told


async def test_a_day_that_is_over_is_no_new_date(home: World) -> None:
    before = await home.tasks()
    said = await home.say("move milk to last monday")
    assert said.text.startswith("That time is over. When?")
    assert said.tasks == before


async def test_which_of_several_is_asked_and_nothing_is_done_meanwhile(home: World) -> None:
    asked = await home.say("complete the family task")
    assert asked.text == "Which one do you mean: “Call mum” or “Birthday present for Tom”?"
    assert asked.uses == []
    assert "Call mum" in titles(await home.say("the one with mum"), completed=True)


async def test_a_choice_of_what_to_delete_is_still_asked_about(home: World) -> None:
    await home.say("delete the shopping task")
    asked = await home.say("the second one")
    assert (asked.uses, "Delete “Birthday" in asked.text) == ([], True)
    assert "Birthday present for Tom" not in titles(await home.say("yes please"))


async def test_only_a_yes_is_a_yes(home: World) -> None:
    for answer in ("maybe", "show my tasks", "no", "never mind"):
        await home.say("delete milk")
        assert "Buy milk" in titles(await home.say(answer)), answer
        assert "Buy milk" in titles(await home.say("yes")), answer


async def test_a_no_may_be_followed_by_another_command(home: World) -> None:
    await home.say("delete the garage task")
    reply = await home.say("no, keep it. add buy storage boxes instead")
    assert {"Clean the garage", "buy storage boxes"} <= titles(reply)
    assert reply.text.startswith("All right, nothing was changed.\nAdded ")


@pytest.mark.parametrize(
    "said", ["delete everything", "complete everything", "mark all tasks as done"]
)
async def test_a_whole_list_is_changed_only_after_a_yes(home: World, said: str) -> None:
    asked = await home.say(said)
    assert (asked.uses, "?" in asked.text) == ([], True)
    done = await home.say("yes")
    assert titles(done, completed=False) == set()


async def test_several_that_were_not_named_are_completed_after_a_question(home: World) -> None:
    asked = await home.say("complete everything tagged travel")
    assert asked.text.startswith("Complete “Book flights to Lisbon” and “Renew passport”?")
    done = await home.say("yes")
    assert titles(done, completed=True) >= {"Renew passport", "Book flights to Lisbon"}


async def test_what_destroys_nothing_is_done_and_the_rest_is_asked(home: World) -> None:
    reply = await home.say("mark milk as done and delete the bike task")
    assert "Buy milk" in titles(reply, completed=True)
    assert "Fix the bike" in titles(reply)
    assert "Done: “Buy milk”." in reply.text
    assert "Fix the bike" not in titles(await home.say("yes"))


@pytest.mark.parametrize(
    ("said", "answer", "told"),
    [
        (
            "remind me to call Ann",
            "tomorrow at 5pm",
            "with a reminder tomorrow, Wed 11 March at 17",
        ),
        (
            "remind me tomorrow at 5pm",
            "to call Ann",
            "with a reminder tomorrow, Wed 11 March at 17",
        ),
        ("add a task", "buy flour on friday", "Added “buy flour”, due Fri 13 March"),
        ("postpone the rent", "until monday please", "now due Mon 16 March"),
        ("rename fix the bike", "fix the kids' bikes", "renamed to “fix the kids' bikes”"),
        ("move it to friday", "the garage", "now due Fri 13 March"),
    ],
)
async def test_an_answer_completes_what_was_said(
    home: World, said: str, answer: str, told: str
) -> None:
    assert "?" in (await home.say(said)).text
    assert told in (await home.say(answer)).text


async def test_another_command_is_no_answer(home: World) -> None:
    await home.say("add a task")
    assert (await home.say("add flour")).text == "Added “flour”."


async def test_a_change_can_be_taken_back_once(home: World) -> None:
    await home.say("make the garage high priority")
    assert "Clean the garage" not in titles(await home.say("undo"), priority="high")
    assert "nothing that I could undo" in (await home.say("undo")).text


async def test_a_deleted_task_comes_back_as_it_was(home: World) -> None:
    await home.say("delete the rent")
    await home.say("yes")
    back = await home.say("undo that")
    (rent,) = [task for task in back.tasks.values() if task.title == "Pay the rent"]
    assert (rent.priority, rent.tags, rent.due_at is not None) == ("high", ["money"], True)


@pytest.mark.parametrize(
    "change", [["remind me about call mum tomorrow at 9"], ["delete call mum", "yes"]]
)
async def test_a_reminder_that_was_given_is_not_given_again_by_taking_a_change_back(
    home: World, change: list[str]
) -> None:
    async with home.database.write() as session:
        await ReminderRepository(session).claim(NOW + timedelta(days=1), 10)
        await session.commit()
    assert "reminder" not in (await home.say("when is call mum?")).text
    for said in change:
        await home.say(said)
    back = await home.say("undo that")
    (mum,) = [task for task in back.tasks.values() if task.title == "Call mum"]
    assert (mum.remind_at, mum.due_at is not None) == (None, True)


async def test_a_tool_that_fails_is_told_and_nothing_is_claimed(home: World) -> None:
    reply = await home.say("add " + "x" * 300)
    assert reply.uses[0].status == "failed"
    assert "That did not work" in reply.text
    assert "Added" not in reply.text


async def test_small_talk_calls_nothing(home: World) -> None:
    for said in ("hi", "thanks!", "what can you do?", "is milk good for you?", "asdfgh"):
        reply = await home.say(said)
        assert (reply.uses, bool(reply.text)) == ([], True), said


async def test_without_a_memory_nothing_is_asked_that_could_not_be_answered(home: World) -> None:
    turn = Turn("delete the rent", NOW, Toolbox(home.database, USER), forgetful=True)
    text = "".join([getattr(e, "delta", "") async for e in home.assistant.reply(turn)])
    assert "my short memory is away" in text
    assert turn.memory.question is None
