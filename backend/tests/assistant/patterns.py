"""All patterns that see what a user writes, and texts that are bad for them, made from themselves.

They are measured in the way they are used: a search tries each place of a text, a full match one.
regexploit, a static checker, reads these patterns too, but of twelve that took for ever when this
was written it found one. A linear engine (google-re2) was looked at and not taken: it has no
lookarounds, which every third pattern has, and its `\\b` and `\\w` know ASCII alone.
"""

import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import Any, cast

# The parser of `re` itself: what it makes of a pattern is what is run.
parser: Any = importlib.import_module("re._parser")
op: Any = importlib.import_module("re._constants")
# Four times the text takes four times as long, and sixteen times where it grows by the square.
SHORT, LONG = 1000, 4000
FLOOR_SECONDS, MOST_SECONDS, GROWTH = 0.008, 0.25, 8
# What stands between the words of any sentence, and the marks of quotes, titles, dates and tags.
COMMON = (
    "a", "1", " a", "a ", "a, ", ",", ".", "-", "'", '"', "(", "the ", " and ", " to ", "\ue000, ",
    "\ue100 ", "\ue200 ", "\ue300",
)  # fmt: skip
# What fits nowhere, so that a match of all before it is in vain.
END = "\x01x"
_ALTERNATIVES = 40
_SAMPLES: Mapping[Any, str] = {
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_DIGIT: "1",
}


def modules(*packages: ModuleType) -> Iterator[ModuleType]:
    """Import all modules of some packages."""
    for package in packages:
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(each.name)


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    """Find compiled patterns of texts in a value, in its items and in theirs."""
    if isinstance(value, re.Pattern):
        found = cast("re.Pattern[Any]", value)
        if isinstance(found.pattern, str):
            yield found
    elif isinstance(value, Mapping):
        yield from patterns_in(list(cast("Mapping[Any, object]", value).values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for each in cast("Iterable[object]", value):
            yield from patterns_in(each)


def used(run: Callable[[], object]) -> dict[re.Pattern[str], set[str]]:
    """Return the patterns that are used while something runs, and which methods of each are."""
    found: dict[re.Pattern[str], set[str]] = {}

    def noted(_: FrameType, event: str, called: Any) -> None:
        owner: object = getattr(called, "__self__", None) if event == "c_call" else None
        if isinstance(owner, re.Pattern):
            for pattern in patterns_in(cast("object", owner)):
                found.setdefault(pattern, set()).add(called.__name__)

    sys.setprofile(noted)
    try:
        run()
    finally:
        sys.setprofile(None)
    return found


def attacks(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield beginnings of what a pattern matches, and what can be repeated after each."""
    tree = list(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    for start, body in _repeated(tree, ""):
        for choice in range(min(_width(body), _ALTERNATIVES)):
            if pump := _sample(body, choice):
                yield start, pump
    start = _sample(tree, 0)[:20]
    words = sorted(word.strip() for word in set(_words(tree)) if word.strip())
    for pump in (*COMMON, *(f" {word} " for word in words[:_ALTERNATIVES])):
        yield from ((start, pump), ("", pump))


def _repeated(tree: Iterable[Any], start: str) -> Iterator[tuple[str, Any]]:
    for kind, value in tree:
        if kind in _REPEATS and value[1] > 10:
            yield start, value[2]
        for inner in _inside(kind, value):
            yield from _repeated(inner, start)
        start += _one(kind, value, 0)


def _words(tree: Iterable[Any]) -> Iterator[str]:
    run = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        yield run
        run = ""
        for inner in _inside(kind, value):
            yield from _words(inner)
    yield run


_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind in _REPEATS:
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.ATOMIC_GROUP:
        return [value]
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []


def _width(tree: Iterable[Any]) -> int:
    """Return how many alternatives a part has at most in one place."""
    widths = [1]
    for kind, value in tree:
        if kind in (op.BRANCH, op.IN):
            widths.append(len(value[1] if kind is op.BRANCH else value))
        widths += [_width(inner) for inner in _inside(kind, value)]
    return max(widths)


def _sample(tree: Iterable[Any], choice: int) -> str:
    return "".join(_one(kind, value, choice) for kind, value in tree)


def _one(kind: Any, value: Any, choice: int) -> str:
    """Return a text that one part matches, by a choice among its alternatives."""
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.IN:
        return _of_set(value, choice)
    if kind in _REPEATS:
        return _sample(value[2], choice) * max(value[0], choice % 2)
    if kind is op.BRANCH:
        return _sample(value[1][choice % len(value[1])], choice)
    if kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
        return "".join(_sample(inner, choice) for inner in _inside(kind, value))
    return "x" if kind in (op.ANY, op.NOT_LITERAL) else ""


def _of_set(items: list[Any], choice: int) -> str:
    if items[0][0] is op.NEGATE:
        return "x"
    kind, value = items[choice % len(items)]
    if kind is op.CATEGORY:
        return _SAMPLES.get(value, "-")
    return chr(value if kind is op.LITERAL else value[0])


@dataclass(frozen=True)
class Slow:
    """A pattern whose time grows faster than the text.

    Args:
        seconds: for SHORT and for LONG characters.
    """

    pattern: str
    method: str
    start: str
    pump: str
    seconds: tuple[float, float]


class _Enough(Exception):
    """The end of a measurement."""


def measured(function: Callable[[str], object], text: str) -> float:
    """Return the seconds that a function takes for a text: the best of many, where it matters.

    By the clock, for the processor's time comes in steps of some milliseconds on some machines.
    """

    def ring(*_: object) -> None:
        raise _Enough

    best = MOST_SECONDS
    before = signal.signal(signal.SIGPROF, ring)
    try:
        for _ in range(8):
            signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
            started = time.perf_counter()
            function(text)
            best = min(best, time.perf_counter() - started)
            if best < FLOOR_SECONDS and len(text) == LONG:
                break
    except _Enough:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return best


def slow(pattern: re.Pattern[str], methods: Iterable[str] = ("fullmatch", "search")) -> Slow | None:
    """Measure a pattern with growing texts; None when its time grows as they do.

    Args:
        methods: those that are used; what is no match at one place searches.
    """
    ways = {name if name in ("match", "fullmatch") else "search" for name in methods}
    for start, pump in dict.fromkeys(attacks(pattern)):
        few, many = (_text(start, pump, size) for size in (SHORT, LONG))
        for way in sorted(ways):
            if seconds := _growing(getattr(pattern, way), few, many):
                return Slow(pattern.pattern, way, start, pump, seconds)
    return None


def _growing(function: Callable[[str], object], few: str, many: str) -> tuple[float, float] | None:
    """Return the seconds for both texts where they grow too fast, each time they are looked at."""
    seen: tuple[float, float] | None = None
    # What a busy machine makes slow is not slow again and again.
    for _ in range(5):
        if (long := measured(function, many)) < FLOOR_SECONDS:
            return None
        seen = measured(function, few), long
        if long < MOST_SECONDS and long <= GROWTH * seen[0]:
            return None
    return seen


def _text(start: str, pump: str, size: int) -> str:
    # Whoever reads a sentence makes one blank of several first.
    said = re.sub(" +", " ", start + pump * (2 * size // len(pump) + 1))
    return said[: size - len(END)] + END
