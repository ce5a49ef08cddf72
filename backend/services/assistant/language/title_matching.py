"""Match titles with what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from schemas.tasks import TaskRead
from services.assistant.language.lexicon.vocabulary import FILLER, VERBS
from services.assistant.language.lexicon.words import alike, content, is_past, is_typo, tokens

# How much of a word another one is.
_FORM, _TYPO = 1.0, 0.9
_VERB = 0.5
# Most of what was said, where a verb counts less than a noun.
_ENOUGH = 0.6
# Who says more words than a title can have names no task.
_MOST_WORDS = 60


class Fit(IntEnum):
    """Say how well a title fits."""

    PARTLY = 0
    ALL_SAID = 1
    SAME_WORDS = 2


@dataclass(frozen=True)
class Match:
    """The tasks that fit best, and how well.

    Args:
        score: the share of the words that the titles have.
    """

    tasks: tuple[TaskRead, ...]
    fit: Fit
    score: float

    @property
    def likely(self) -> bool:
        """Tell whether all that was said fits, or most of it."""
        return self.fit >= Fit.ALL_SAID or self.score >= _ENOUGH


def best(said: str, tasks: Sequence[TaskRead]) -> Match | None:
    """Return the tasks whose titles fit the words best, or None when none fits at all."""
    words = content(said)
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    scored = [(_fit(words, task.title), task) for task in tasks]
    top = max((value for value, _ in scored), default=(Fit.PARTLY, 0.0))
    if top[1] <= 0:
        return None
    found = tuple(task for value, task in scored if value == top)
    return Match(found, *top)


def _fit(words: Sequence[str], title: str) -> tuple[Fit, float]:
    named = content(title)
    values = [_value(word, title) for word in words]
    said = [(w, v) for w, v in zip(words, values, strict=True) if v or w not in FILLER]
    if not any(value for _, value in said):
        return Fit.PARTLY, 0
    weights = [_weight(word, value, named) for word, value in said]
    score = sum(v * w for (_, v), w in zip(said, weights, strict=True)) / sum(weights)
    if not all(value for _, value in said):
        return Fit.PARTLY, round(score, 3)
    same = all(any(_alike(word, name) for word, _ in said) for name in named)
    return (Fit.SAME_WORDS if same else Fit.ALL_SAID), round(score, 3)


def _weight(word: str, value: float, named: Sequence[str]) -> float:
    """Weigh a verb half: "buy a unicorn" is not "buy milk", and "sent the rent" pays it."""
    if not value:
        return _VERB if is_past(word) else 1
    is_verb = len(named) > 1 and named[0] in VERBS and _alike(word, named[0]) > 0
    return _VERB if is_verb else 1


# One message is compared with the same titles two or three times.
@lru_cache(maxsize=16_384)
def _value(word: str, title: str) -> float:
    return max((_alike(word, name) for name in content(title)), default=0)


def _alike(word: str, name: str) -> float:
    if alike(word, name):
        return _FORM
    return _TYPO if is_typo(word, name) else 0


def says(word: str, title: str) -> bool:
    """Tell whether a word is said of a title: one of its words, a form of it, or a small typo."""
    return bool(_value(word, title)) or word in tokens(title)
