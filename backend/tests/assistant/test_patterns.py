"""Each pattern that sees a user's text takes time that grows as the text does, and no faster."""

import re
from pathlib import Path

import pytest

import models
import repositories
import routes
import schemas
import services
from schemas.chat import ChatRequest
from schemas.memory import Call, Memory, Question, TaskRef
from services.assistant.answers import read_answer
from services.assistant.engines.offline import limits
from tests.assistant.patterns import modules, patterns_in, slow, used
from tests.understanding import NOW, context, understood

# Time is what is measured here, and counting lines takes most of it.
pytestmark = pytest.mark.no_cover

# All that a request passes through; a pattern of its description is run by Rust's linear engine.
PACKAGES = (routes, services, repositories, schemas, models)
SENTENCES = (Path(__file__).parents[1] / "sentences.txt").read_text("utf-8").splitlines()

REPEATED = Call(tool="complete_task", arguments={})
CONFIRM = Question(kind="confirm", calls=[Call(tool="delete_task", arguments={})])
WHICH = Question(
    kind="which",
    options=[TaskRef(id=task.id, title=task.title) for task in context().tasks],
    calls=[Call(tool="complete_task", arguments={})] * len(context().tasks),
)


def compiled() -> dict[str, re.Pattern[str]]:
    """Return the patterns that modules hold, those of the tables of forms included."""
    held = (vars(module).values() for module in modules(*PACKAGES))
    return {each.pattern: each for values in held for each in patterns_in(list(values))}


def read_all() -> None:
    """Read sentences, and answers, in every way that the assistant reads one."""
    here = context()
    shown = [TaskRef(id=task.id, title=task.title) for task in here.tasks]
    spoken = Memory(last=shown[:1], listed=shown, listing={}, repeat=REPEATED)
    for line in SENTENCES:
        said = line.split("=>")[0].strip()
        limits.check(said)
        understood(said)
        for question in (CONFIRM, WHICH):
            read_answer(question, said, here.tasks, NOW)
    for said in (*SENTENCES[::8], "and the rent too", "friday instead", "only those due today"):
        understood(said.split("=>")[0].strip(), spoken)
    ChatRequest(message="hi", time_zone="Etc/Unknown")


def test_the_time_of_each_pattern_grows_as_the_text_does() -> None:
    how = used(read_all)
    # A pattern of a title is made anew for each; those of modules are all measured.
    found = compiled() | {each.pattern: each for each in how}
    assert len(found) > 300
    assert len(how) > 0.9 * len(found)
    bad = [
        each for it in found.values() if (each := slow(it, how.get(it, ("search", "fullmatch"))))
    ]
    assert bad == []


@pytest.mark.parametrize(
    "planted",
    [
        r"(?:[ ,!.?]*(?:\b(?:please|thanks)\b|[^\w\s]))+$",
        r"(?:(?:by|at|due)?[\s,]*)+x",
        r"(?P<task>.+?) (?P<old>.+?) now",
        r"[.,]+$",
        r"(?P<task>.+?) now",
    ],
)
def test_a_pattern_whose_time_grows_faster_is_found(planted: str) -> None:
    assert slow(re.compile(planted)) is not None


def test_a_pattern_is_measured_as_it_is_used() -> None:
    found = slow(re.compile(r"(?P<task>.+?) now"), ["search"])
    assert found is not None
    assert found.method == "search"
    assert slow(re.compile(r"(?P<task>.+?) now"), ["fullmatch"]) is None


def test_which_methods_are_used_is_seen() -> None:
    pattern = re.compile("a+")
    assert used(lambda: (pattern.sub("", "a"), re.search(pattern, "b"))) == {
        pattern: {"sub", "search"}
    }
