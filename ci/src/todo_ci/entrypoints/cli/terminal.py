"""Results for a terminal: the same blocks in colour, wrapped to its width."""

from collections.abc import Callable

from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text as Styled

from todo_ci.reports.render import Block, Headline, Renderable, Table

_COLOURS = {
    "passed": "green",
    "failed": "bold red",
    "skipped": "yellow",
    "unverified": "yellow",
    "deployed": "green",
}


def show(
    result: Renderable, console: Console | None = None, worded: Callable[[str], str] = str
) -> None:
    """Print a result.

    Args:
        result: what a verb returned.
        console: where to; standard output when None.
        worded: puts the next commands into the words of who called.
    """
    console = console or Console(highlight=False)
    for number, block in enumerate(block for block in result.blocks() if block.plain()):
        if number:
            console.print()
        console.print(_styled(block, worded), soft_wrap=not isinstance(block, Table))


def _styled(block: Block, worded: Callable[[str], str]) -> RenderableType:
    if isinstance(block, Headline):
        failed = "FAILED" in block.text
        return Styled(worded(block.text), style="bold red" if failed else "bold")
    return _grid(block, worded) if isinstance(block, Table) else Styled(worded(block.plain()))


def _grid(table: Table, worded: Callable[[str], str]) -> Grid:
    grid = Grid(
        title=table.title or None, title_justify="left", title_style="bold", box=None,
        header_style="dim", pad_edge=False,
    )  # fmt: skip
    # A column that nothing is in takes room from those that have something to say.
    used = [n for n in range(len(table.headers)) if any(str(row[n]) for row in table.rows)]
    for number in used:
        grid.add_column(table.headers[number], overflow="fold")
    for row in table.rows:
        grid.add_row(*(_cell(worded(str(row[number]))) for number in used))
    return grid


def _cell(text: str) -> Styled:
    return Styled(text, style=_COLOURS.get(text, ""))
