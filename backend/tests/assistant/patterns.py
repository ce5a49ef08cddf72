"""All patterns that see what a user writes, and texts that are bad for them, made from themselves.

regexploit, a static checker, reads these patterns too, but of twelve that took for ever when this
was written it found one: so they are measured.
"""

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, cast

# The parser of `re` itself: what it makes of a pattern is what is run.
parser: Any = importlib.import_module("re._parser")
op: Any = importlib.import_module("re._constants")
# Two blanks of a form, "move TASK to DATE", may be told apart at each word: that is the square of a
# length which is capped, and some milliseconds. What takes longer is refused if it grows faster
# than the square, by a margin: twice the length takes four times as long.
SHORT, LONG = 300, 600
FLOOR_SECONDS, MOST_SECONDS, GROWTH = 0.05, 1.0, 5.5
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
    """A pattern whose time grows too fast.

    Args:
        seconds: of the processor, for SHORT and for LONG characters.
    """

    pattern: str
    method: str
    start: str
    pump: str
    seconds: tuple[float, float]


class _Enough(Exception):
    """The end of a measurement."""


def measured(function: Callable[[str], object], text: str) -> float:
    """Return the processor's seconds that a function takes for a text, best of three."""

    def ring(*_: object) -> None:
        raise _Enough

    best = MOST_SECONDS
    before = signal.signal(signal.SIGPROF, ring)
    try:
        for _ in range(3):
            signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
            started = time.process_time()
            function(text)
            best = min(best, time.process_time() - started)
            if best < FLOOR_SECONDS:
                break
    except _Enough:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return best


def slow(pattern: re.Pattern[str]) -> Slow | None:
    """Measure a pattern with growing texts; None when its time grows by the square at most."""
    for start, pump in dict.fromkeys(attacks(pattern)):
        # Whoever reads a sentence makes one blank of several first.
        few, many = (
            re.sub(" +", " ", start + pump * size)[: size - len(END)] + END
            for size in (SHORT, LONG)
        )
        for method in ("fullmatch", "search"):
            function = getattr(pattern, method)
            if (long := measured(function, many)) < FLOOR_SECONDS:
                continue
            short = measured(function, few)
            if long >= MOST_SECONDS or long > GROWTH * short:
                return Slow(pattern.pattern, method, start, pump, (short, long))
    return None
