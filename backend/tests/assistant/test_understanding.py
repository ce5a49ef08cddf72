"""Plain English, and what is understood of it."""

from pathlib import Path

import pytest

from schemas.memory import Memory, TaskRef
from tests.understanding import context, understood

SENTENCES = [
    [part.strip() for part in line.split("=>", 1)]
    for line in (Path(__file__).parents[1] / "sentences.txt").read_text("utf-8").splitlines()
    if "=>" in line
]


@pytest.mark.parametrize(("said", "meant"), SENTENCES)
def test_a_sentence_is_understood(said: str, meant: str) -> None:
    assert understood(said) == meant


def test_there_are_sentences_of_every_kind() -> None:
    verbs = {meant.split(" ")[0] for _, meant in SENTENCES}
    assert {"add", "list", "complete", "update", "delete", "set_reminder", "which:"} <= verbs
    assert len(SENTENCES) > 150


def test_a_reference_means_what_was_shown_or_changed_last() -> None:
    shown = [TaskRef(id=task.id, title=task.title) for task in context().open[:3]]
    memory = Memory(listed=shown, last=shown[1:2])
    assert understood("complete the third one", memory) == "complete [Call mum]"
    assert understood("delete the first and the last", memory) == (
        "delete [Buy milk]; delete [Call mum]"
    )
    assert understood("make it high priority", memory) == "update [Pay the rent] priority=high"
    assert understood("the seventh one is done", memory) == "not understood"


def test_without_anything_to_refer_to_it_is_asked() -> None:
    for said in ("complete it", "delete that", "move it to friday", "rename the second one to x"):
        assert understood(said) == "which:", said


def test_several_commands_of_one_sentence_are_all_done() -> None:
    assert understood("add buy bread and remind me to call Ann at 5") == (
        "add title=buy bread; add title=call Ann remind_at=10.03. 17:00"
    )
    assert understood("mark milk as done. move the rent to monday") == (
        "complete [Buy milk]; update [Pay the rent] due_at=16.03. 23:59"
    )


def test_two_changes_of_one_task_are_one_call() -> None:
    assert understood("rename fix the bike to sell it and make it high priority") == (
        "update [Fix the bike] title=sell it priority=high"
    )


def test_a_task_that_is_there_is_not_added_twice_by_saying_it() -> None:
    assert understood("buy milk") == "exists"
    assert understood("add buy milk") == "add title=buy milk"
