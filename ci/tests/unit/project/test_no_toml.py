"""The promise: what no reader of TOML takes is refused like any other mistake in release.toml."""

from pathlib import Path

import pytest

from todo_ci.errors import InputError
from todo_ci.project.release_file import parse

SMALL = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()


@pytest.mark.parametrize("text", [f"a = {'9' * 5000}", f"a = {'[' * 5000}", "a = 2027-02-30"])
def test_a_value_that_cannot_be_read_at_all_is_no_toml(text: str) -> None:
    with pytest.raises(InputError, match=r"release\.toml is no TOML"):
        parse(text)


def test_an_editors_mark_at_the_beginning_is_no_part_of_it() -> None:
    assert parse(f"\ufeff{SMALL}") == parse(SMALL)
