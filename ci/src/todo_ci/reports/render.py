"""Results written once and shown three ways: to people, in job summaries, to machines.

A result says what it consists of, block by block; how a block looks is decided here. A terminal
may show the same blocks in colour (``entrypoints/cli/terminal.py``).
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tabulate import tabulate


@dataclass(frozen=True, slots=True)
class Headline:
    """Say the most important thing in one line."""

    text: str

    def plain(self) -> str:
        """Write it as text."""
        return self.text

    def markdown(self) -> str:
        """Write it as Markdown."""
        return f"## {self.text}"


@dataclass(frozen=True, slots=True)
class Text:
    """Say something in plain lines."""

    text: str

    def plain(self) -> str:
        """Write it as text."""
        return self.text

    markdown = plain


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Name things in their order."""

    lines: Sequence[str]

    def plain(self) -> str:
        """Write it as text."""
        return "\n".join(f"{number}. {line}" for number, line in enumerate(self.lines, 1))

    def markdown(self) -> str:
        """Write it as Markdown."""
        return "\n".join(f"- `{line}`" for line in self.lines)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Quote what somebody else said, such as a log."""

    text: str

    def plain(self) -> str:
        """Write it as text."""
        return self.text

    def markdown(self) -> str:
        """Write it as Markdown."""
        return f"```text\n{self.text}\n```"


@dataclass(frozen=True, slots=True)
class Table:
    """Hold rows under headers, and what they are about."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""

    def plain(self) -> str:
        """Write it as text."""
        return "\n".join(filter(None, (self.title, self._text("simple"))))

    def markdown(self) -> str:
        """Write it as Markdown."""
        title = f"### {self.title}" if self.title else ""
        return "\n\n".join(filter(None, (title, self._text("github"))))

    def _text(self, style: str) -> str:
        # Numbers stand as they were written: a digest may look like one.
        return tabulate(
            self.rows, headers=self.headers, tablefmt=style, disable_numparse=True
        ).rstrip()


@dataclass(frozen=True, slots=True)
class Span:
    """Hold a part of a timeline.

    Args:
        name: what it was.
        word: what came of it, such as ``passed``.
        begin: when it began, as it is shown.
        seconds: how long it lasted.
    """

    name: str
    word: str
    begin: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Hold what followed what; only a page has room for it."""

    title: str
    spans: Sequence[Span]

    def plain(self) -> str:
        """Write nothing."""
        return ""

    markdown = plain


Block = Headline | Text | NumberedList | CodeBlock | Table | Timeline


class Renderable(ABC):
    """A result that can be shown; a dataclass that says what its blocks are."""

    __slots__ = ()

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """Say what there is to see, in its order."""

    def table(self) -> str:
        """Render for a terminal."""
        return "\n\n".join(text for block in self.blocks() if (text := block.plain()))

    def markdown(self) -> str:
        """Render for a job summary."""
        return "\n\n".join(text for block in self.blocks() if (text := block.markdown()))

    def json(self) -> str:
        """Render for machines."""
        return json.dumps(self.fields(), indent=2, default=str)

    def fields(self) -> dict[str, Any]:
        """Return what machines are told."""
        return asdict(self)  # pyright: ignore[reportArgumentType] - whoever inherits is one
