"""One line means one line, and something to see means something to see."""

import re
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from schemas.text import LINE, SAID, is_line

Line = TypeAdapter[str](Annotated[str, Field(pattern=LINE)])
Said = TypeAdapter[str](Annotated[str, Field(pattern=SAID)])
# Unicode's own list, as the engine that validates knows it.
Ignorable = TypeAdapter[str](
    Annotated[str, Field(pattern=r"^[\p{Default_Ignorable_Code_Point}\p{Z}\p{Cc}]$")]
)


def fits(adapter: TypeAdapter[str], value: str) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


# All planes in which letters, signs and formats are; beyond are ideographs and nothing.
CHARACTERS = [
    chr(code) for code in (*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE1000))
]


def test_what_unicode_calls_ignorable_or_blank_is_nothing_to_see() -> None:
    wrong = [each for each in CHARACTERS if fits(Ignorable, each) and fits(Said, each)]
    assert wrong == []


def test_what_is_refused_alone_is_ignorable_or_blank() -> None:
    wrong = [each for each in CHARACTERS if not fits(Said, each) and not fits(Ignorable, each)]
    assert wrong == ["\u2800"]


def test_what_splits_lines_is_in_none() -> None:
    breaks = [each for each in CHARACTERS if len(f"a{each}b".splitlines()) > 1]
    assert len(breaks) >= 10
    assert [each for each in breaks if fits(Line, f"a{each}b")] == []


@pytest.mark.parametrize("engine", ["python", "rust"])
def test_all_engines_read_the_patterns_alike(engine: str) -> None:
    for value in (
        "a",
        "a b",
        " a ",
        "é",
        "a\u200db",
        "",
        " ",
        "\u200b",
        "a\nb",
        "a\x85b",
        "\u2800",
    ):
        expected = is_line(value)
        found = bool(re.search(LINE, value)) if engine == "python" else fits(Line, value)
        assert (value, found) == (value, expected)


@pytest.mark.parametrize("value", [None, 1, ["a"], "a\ud800", "\udc00"])
def test_what_is_no_text_is_no_line(value: object) -> None:
    assert not is_line(value)
