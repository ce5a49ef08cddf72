"""Title matching: forms of words and typos fit, other tasks do not."""

import uuid
from datetime import UTC, datetime

import pytest

from enumerations import Priority
from schemas.tasks import TaskRead
from services.assistant.language.lexicon.words import alike, is_typo
from services.assistant.language.title_matching import Fit, best

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def task(title: str) -> TaskRead:
    return TaskRead(
        id=uuid.uuid4(), title=title, description=None, completed=False, completed_at=None,
        due_at=None, remind_at=None, reminded_at=None, priority=Priority.NORMAL, tags=[],
        version=1, created_at=MOMENT, updated_at=MOMENT,
    )  # fmt: skip


TASKS = [
    task(title)
    for title in (
        "Buy milk", "Buy oat milk", "Dentist appointment", "Return library books", "Pay the rent",
        "Send invoice to Miller", "Send invoice to Baker", "Review Ana's pull request",
        "Read chapter 7", "List the flat on Airbnb",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "titles", "fit"),
    [
        ("buy milk", {"Buy milk"}, Fit.SAME_WORDS),
        ("bought milk", {"Buy milk"}, Fit.SAME_WORDS),
        ("milk", {"Buy milk", "Buy oat milk"}, Fit.ALL_SAID),
        ("the dentits appointmnt", {"Dentist appointment"}, Fit.SAME_WORDS),
        ("libary books", {"Return library books"}, Fit.ALL_SAID),
        ("baker's invoice", {"Send invoice to Baker"}, Fit.ALL_SAID),
        ("the flat is listed on airbnb", {"List the flat on Airbnb"}, Fit.SAME_WORDS),
        ("sent the rent", {"Pay the rent"}, Fit.PARTLY),
    ],
)
def test_the_tasks_that_fit_best_are_found(said: str, titles: set[str], fit: Fit) -> None:
    found = best(said, TASKS)
    assert found is not None
    assert ({each.title for each in found.tasks}, found.fit) == (titles, fit)


def test_a_verb_alone_is_a_weak_fit() -> None:
    found = best("buy a unicorn", TASKS)
    assert found is not None
    assert found.score < 0.5
    assert best("the haircut", TASKS) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("booked", "book"),
        ("paid", "pay"),
        ("stopped", "stop"),
        ("copies", "copy"),
        ("tyres", "tyre"),
    ],
)
def test_forms_of_a_word_are_alike(one: str, two: str) -> None:
    assert alike(one, two)


@pytest.mark.parametrize(
    ("said", "meant"), [("remvoe", "remove"), ("thrusday", "thursday"), ("complte", "complete")]
)
def test_a_small_typo_is_forgiven(said: str, meant: str) -> None:
    assert is_typo(said, meant)


@pytest.mark.parametrize(
    ("one", "two"),
    [("milk", "silk"), ("more", "move"), ("plan", "plant"), ("report", "resort"), ("bill", "bell")],
)
def test_other_words_are_no_typos(one: str, two: str) -> None:
    assert not is_typo(one, two)
    assert not alike(one, two)
