"""The worst messages that can be made of the assistant's own words are read in time."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.chat import MAX_MESSAGE
from schemas.memory import Call, Question, TaskRef
from schemas.tasks import TaskRead
from services.assistant.answers import read_answer
from services.assistant.core.reading import Unread
from services.assistant.core.workers import Bounds
from services.assistant.engines.offline.intent_router import understand
from services.assistant.engines.offline.limits import CHARACTERS, check
from services.assistant.language.task_context import Context
from tests.understanding import NOW, context

# Where every line is counted, a message takes several times as long.
pytestmark = pytest.mark.no_cover

SECONDS = Bounds().seconds
SENTENCES = (Path(__file__).parents[1] / "sentences.txt").read_text("utf-8")
WORDS = sorted(set(re.findall(r"[\w'#:-]+", SENTENCES)))
SEPARATORS = [" ", ", ", ". ", " and ", "; ", "! ", "\n", " - ", ": ", ",", "...", ' "', "' ", "& "]
PIECES = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(SEPARATORS)).map("".join),
    min_size=1,
    max_size=4,
).map("".join)


def message(start: str, pump: str, end: str) -> str:
    """Return a beginning, something again and again, and an end that fits nothing."""
    return start + pump * CHARACTERS + end


MESSAGES = st.builds(message, PIECES, PIECES, PIECES)
CONFIRM = Question(kind="confirm", calls=[Call(tool="delete_task", arguments={})])
WHICH = Question(
    kind="which",
    options=[TaskRef(id=task.id, title=task.title) for task in context().tasks],
    calls=[Call(tool="complete_task", arguments={})] * len(context().tasks),
)


def read(said: str, here: Context) -> float:
    """Return the processor's seconds that it takes to read the most of a message that is read."""
    for most in range(CHARACTERS, 0, -50):
        try:
            check(said[:most])
        except Unread:
            continue
        started = time.process_time()
        understand(said[:most], here)
        return time.process_time() - started
    return 0


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(MESSAGES)
@example("1. a\n" * 399)
@example("a," * 999)
@example("add buy milk" + "." * 24 + "and bread")
@example("yes" + "!" * 40 + "x")
@example("complete a and " * 70)
@example("absolutely sure " * 60 + "not")
def test_a_message_of_the_assistants_own_words_is_read_in_time(said: str) -> None:
    here = context()
    assert read(said, here) < SECONDS
    for question in (CONFIRM, WHICH):
        started = time.process_time()
        read_answer(question, said[:MAX_MESSAGE], here.tasks, NOW)
        assert time.process_time() - started < SECONDS


def test_one_word_of_many_titles_is_found_in_time() -> None:
    words = [f"word{number:05}x" for number in range(12_000)]
    first = context().tasks[0]
    tasks: list[TaskRead] = [
        first.model_copy(update={"title": " ".join(words[start : start + 18])})
        for start in range(0, 600 * 18, 18)
    ]
    assert len(tasks) == 600
    for length in (1, 18):
        took: list[float] = []
        # Each time others, which nothing remembers; a busy machine makes one of them slow.
        for start in (5000, 6000, 7000):
            said = "complete " + " ".join(words[start : start + length])
            started = time.process_time()
            understand(said, Context(NOW, tasks, context().memory))
            took.append(time.process_time() - started)
        assert min(took) < 2 * SECONDS, "twice what an idle machine may take, which takes a third"
