"""What a verb found out reads the same in a terminal, in a job summary and for a machine."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from rich.console import Console

from todo_ci.entrypoints.cli.terminal import show
from todo_ci.reports.render import Block, CodeBlock, Headline, NumberedList, Renderable, Table, Text


@dataclass(frozen=True, slots=True)
class Result(Renderable):
    """One block of each kind."""

    passed: bool = True

    def blocks(self) -> Iterator[Block]:
        yield Headline("deploy: FAILED" if not self.passed else "deploy: done")
        yield Text("a line")
        yield NumberedList(("first", "second"))
        yield NumberedList(())
        yield Table(("check", "status", "next step"), [("0012", "passed", "")], "a title")
        yield CodeBlock("last words")


def terminal(result: Renderable, *, colour: bool = True) -> str:
    out = io.StringIO()
    show(result, Console(file=out, width=40, force_terminal=colour, highlight=False))
    return out.getvalue()


def test_every_block_is_in_every_form() -> None:
    for text in (Result().table(), Result().markdown(), terminal(Result())):
        for part in ("deploy: done", "a line", "first", "second", "0012", "a title", "last words"):
            assert part in text
        assert "\n\n\n" not in text, "a block with nothing in it leaves no gap"


def test_markdown_is_markdown() -> None:
    text = Result().markdown()
    assert text.startswith("## deploy: done\n\na line\n\n- `first`\n- `second`\n\n### a title\n\n|")
    assert text.endswith("```text\nlast words\n```")


def test_machines_are_told_the_fields() -> None:
    assert json.loads(Result().json()) == {"passed": True}


@pytest.mark.parametrize(("passed", "colour"), [(True, "\x1b[32mpassed"), (False, "\x1b[1;31m")])
def test_a_terminal_shows_how_it_went_in_colour(passed: bool, colour: str) -> None:
    assert colour in terminal(Result(passed))


def test_a_terminal_gives_no_room_to_a_column_that_is_empty() -> None:
    assert "next step" not in terminal(Result())
    assert "next step" in Result().table()


def test_a_long_cell_is_wrapped_and_not_cut() -> None:
    @dataclass(frozen=True, slots=True)
    class Long(Renderable):
        def blocks(self) -> Iterator[Block]:
            yield Table(("check", "evidence"), [("a", "word " * 30)])

    text = terminal(Long(), colour=False)
    assert text.count("word") == 30
    assert max(map(len, text.splitlines())) <= 40
