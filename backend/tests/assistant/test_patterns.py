"""No pattern that sees a user's text takes much longer for a text that is made to be bad for it."""

import re
from pathlib import Path

import pytest

import models
import repositories
import routes
import schemas
import services
from tests.assistant.patterns import modules, patterns_in, slow
from tests.understanding import understood

# Time is what is measured here, and counting lines takes most of it.
pytestmark = pytest.mark.no_cover

# All that a request passes through; a pattern of its description is run by Rust's linear engine.
PACKAGES = (routes, services, repositories, schemas, models)
SENTENCES = (Path(__file__).parents[1] / "sentences.txt").read_text("utf-8").splitlines()


def compiled() -> dict[str, re.Pattern[str]]:
    """Return the patterns that modules hold, those of the tables of forms included."""
    held = (vars(module).values() for module in modules(*PACKAGES))
    return {each.pattern: each for values in held for each in patterns_in(list(values))}


def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, re.Pattern[str]]:
    """Return the patterns that are made while sentences are read: texts of an f-string, mostly."""
    found: dict[str, re.Pattern[str]] = {}
    compile_one = vars(re)["_compile"]

    def noted(pattern: str | re.Pattern[str], flags: int) -> re.Pattern[str]:
        made = compile_one(pattern, flags)
        if isinstance(pattern, str):
            found[pattern] = made
        return made

    monkeypatch.setattr("re._compile", noted)
    for line in SENTENCES[::2]:
        if "=>" in line:
            understood(line.split("=>")[0].strip())
    monkeypatch.undo()
    return found


def test_no_pattern_grows_faster_than_the_square(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compiled() | made(monkeypatch)
    assert len(found) > 350
    bad = [each for pattern in found.values() if (each := slow(pattern))]
    assert bad == []


@pytest.mark.parametrize(
    "planted",
    [
        r"(?:[ ,!.?]*(?:\b(?:please|thanks)\b|[^\w\s]))+$",
        r"(?:(?:by|at|due)?[\s,]*)+x",
        r"(?P<task>.+?) (?P<old>.+?) (?P<new>.+?) now",
    ],
)
def test_a_pattern_that_does_is_found(planted: str) -> None:
    assert slow(re.compile(planted)) is not None


def test_a_pattern_that_does_not_is_not_found() -> None:
    assert slow(re.compile(r"(?:add|create) (?P<title>.+?) to (?P<list>.+)")) is None
