"""Every moment at which a pipeline can end, and the table of what then happened."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

PAGE = Path(__file__).parents[2] / "docs/deploy-transaction.md"
_TABLE = re.compile(r"(?<=<!-- matrix -->\n).*?(?=<!-- end of matrix -->)", re.DOTALL)
_HEADERS = ("ended at", "how", "left behind", "then", "what it did", "seconds")

# In the order of a deploy. What lasts can also be ended in its middle.
_STEPS = {
    "publish": ("before", "after"),
    "render": ("before", "after"),
    "lock": ("before", "after"),
    "heal": ("before", "after"),
    "upgrade": ("before", "during", "after"),
    "verify": ("before", "after"),
    "test": ("before", "during", "after"),
    "verdict": ("before", "after"),
    "return": ("before", "during", "after"),
    "rollback": ("before", "during", "after"),
}
HOW = ("killed", "cut off")


@dataclass(frozen=True)
class Ending:
    """Name one moment.

    Args:
        at: the step.
        when: before, during or after it.
        how: ``killed`` by SIGKILL, or ``cut off`` from the API server.
    """

    at: str
    when: str
    how: str

    def __str__(self) -> str:
        return f"{self.when} {self.at}, {self.how}"


ALL = tuple(
    Ending(at, when, how) for how in HOW for at, moments in _STEPS.items() for when in moments
)

# What an ending before anything was touched leaves behind: nothing to finish.
AS_BEFORE = "deployed, passed; lock free"
# For every run: one for each other state in which a release and its lock can be left behind.
CHOSEN = frozenset(
    {
        Ending("lock", "after", "killed"),
        Ending("upgrade", "during", "killed"),
        Ending("verdict", "before", "cut off"),
        Ending("return", "before", "killed"),
        Ending("return", "during", "killed"),
    }
)


@dataclass(frozen=True)
class Row:
    """Say what an ending left behind, and what the next call made of it."""

    ending: Ending
    left: str
    then: str
    did: str
    seconds: float


def write(rows: list[Row]) -> None:
    """Put the table into the page, in the order of the moments."""
    known = {row.ending: row for row in rows}
    cells = [
        (f"{e.when} {e.at}", e.how, row.left, row.then, row.did, f"{row.seconds:.0f}")
        for e in ALL
        if (row := known.get(e))
    ]
    table = tabulate(cells, headers=_HEADERS, tablefmt="github")
    PAGE.write_text(_TABLE.sub(lambda _: f"{table}\n", PAGE.read_text()))


def listed() -> list[tuple[str, str, str]]:
    """Return the moments of the page's table: each with how it came about and what it left."""
    found = _TABLE.search(PAGE.read_text())
    lines = found[0].splitlines()[2:] if found else []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(row[0], row[1], row[2]) for row in rows]


def save(row: Row, folder: Path) -> None:
    """Keep a row until all are there."""
    text = json.dumps({"left": row.left, "then": row.then, "did": row.did, "seconds": row.seconds})
    (folder / re.sub(r"\W+", "-", str(row.ending))).write_text(text)


def load(folder: Path) -> list[Row]:
    """Return the rows that were kept."""
    paths = {ending: folder / re.sub(r"\W+", "-", str(ending)) for ending in ALL}
    return [Row(e, **json.loads(path.read_text())) for e, path in paths.items() if path.exists()]
