"""All sentences of a set, scored: a table by intent, and what went wrong."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.cases import FOLDER, INTENTS, Case, load
from evaluation.fixtures import in_memory
from evaluation.score import Verdict, judge
from services.assistant.assistant import Assistant
from services.assistant.core.engine import Engine

SETS = ("dev", "held-out", "traps", "fresh", "unseen", "kinds", "later", "last")


@dataclass(frozen=True)
class Row:
    """The count of sentences of one intent that went well.

    Args:
        right: the right kind of thing was done.
        exact: to the right tasks, with the right values.
        asked: nothing was done: it asked, or said that it did not understand.
        harmful: something was changed that was not asked for.
    """

    intent: str
    sentences: int
    right: int
    exact: int
    asked: int
    harmful: int


def path_of(name: str) -> Path:
    """Return where the sentences of a set are."""
    return FOLDER / f"{name}.jsonl"


def sentences_of(name: str) -> list[Case]:
    """Return the sentences of a set, or of `all` sets that are there.

    Raises:
        FileNotFoundError: there are none.
        ValueError: a line is not as README.md says, with its number.
    """
    names = [each for each in SETS if path_of(each).exists()] if name == "all" else [name]
    if not names or not path_of(names[0]).exists():
        raise FileNotFoundError(path_of(name))
    return [case for each in names for case in load(path_of(each))]


async def judged(cases: Iterable[Case], engine: Engine) -> AsyncGenerator[Verdict]:
    """Score sentences, one after the other."""
    assistant = Assistant(engine)
    async with in_memory() as database:
        for case in cases:
            yield await judge(case, assistant, database)


def rows(verdicts: Sequence[Verdict]) -> list[Row]:
    """Return a row for every intent there is, and one of all."""
    found = [
        _row(intent, [each for each in verdicts if each.case.intent == intent])
        for intent in INTENTS
    ]
    return [*(row for row in found if row.sentences), _row("all", verdicts)]


def table(rows: Iterable[Row]) -> str:
    """Return the rows as people read them."""
    cells = [("", "sentences", "intent", "exact", "asked", "wrong", "harmful")]
    cells += [
        (
            row.intent,
            str(row.sentences),
            *(_share(count, row) for count in (row.right, row.exact, row.asked)),
            _share(row.sentences - row.exact - row.asked - row.harmful, row),
            # A count: one is too many, and of many sentences it would be 0.0 %.
            str(row.harmful),
        )
        for row in rows
    ]
    return "\n".join(
        f"{name:<10}" + "".join(f"{cell:>11}" for cell in rest) for name, *rest in cells
    )


def failure(verdict: Verdict) -> str:
    """Return one line about a sentence that was not understood."""
    harm = f"\n    HARM: {verdict.harm}" if verdict.harm else ""
    return f"{verdict.case.id}: {verdict.case.said}\n    {verdict.why}{harm}"


def _row(intent: str, verdicts: Sequence[Verdict]) -> Row:
    right = sum(each.intent for each in verdicts)
    exact = sum(each.exact for each in verdicts)
    asked = sum(each.asked for each in verdicts)
    return Row(intent, len(verdicts), right, exact, asked, sum(bool(v.harm) for v in verdicts))


def _share(count: int, row: Row) -> str:
    return f"{count / row.sentences:.1%}"
