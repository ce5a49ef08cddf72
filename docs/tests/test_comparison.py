"""docs/comparison.md claims nothing without a test of that name."""

import re
from pathlib import Path

from testrun.tasks import has_test

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/comparison.md").read_text()
NOT_THERE = "not there"


def rows(page: str) -> list[tuple[str, str]]:
    """Return each promise with what stands for it here."""
    cells = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    return [(row[0].strip(), row[-1].strip()) for row in cells if row[0].strip() != "promise"]


def without_a_test(page: str) -> list[str]:
    """Name the promises that no test of this repository keeps, and do not say so."""
    return [promise for promise, here in rows(page) if here != NOT_THERE and not is_a_test(here)]


def is_a_test(here: str) -> bool:
    """Tell whether `path::name` is one."""
    found = re.fullmatch(r"`([\w/.]+)::(test_\w+)`", here)
    if not found:
        return False
    file = ROOT / found[1]
    return file.is_file() and has_test(file, found[2])


def test_every_promise_has_its_test() -> None:
    assert len(rows(PAGE)) > 30
    assert without_a_test(PAGE) == []


def test_a_test_that_is_gone_is_noticed() -> None:
    promise, here = rows(PAGE)[0]
    assert without_a_test(PAGE.replace(here, here.replace("::test_", "::test_no_"))) == [promise]
    assert without_a_test(PAGE.replace(here, "yes")) == [promise]
