"""JUnit files of pytest, vitest and Playwright as cases, each named as its runner is told it."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """Say how a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    # It failed beside the others and passed by itself: see again.py.
    FLAKY = "flaky"

    @property
    def proves(self) -> bool:
        """Tell whether the promise of a test was seen kept."""
        return self in (Outcome.PASSED, Outcome.FLAKY)


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one test that ran or was skipped.

    Attributes:
        file: from the repository's root.
        name: pytest's after the file (``Class::test[case]``), or the title of a test in TypeScript.
    """

    file: str
    name: str
    outcome: Outcome
    seconds: float = 0.0
    reason: str = ""

    @property
    def id(self) -> str:
        """Return the file and the name; a part that is one check has no name below its own."""
        return f"{self.file}::{self.name}" if self.name else self.file

    @property
    def test(self) -> str:
        """Return the node id without its case: what a table of tests names."""
        name = self.name.partition("[")[0] if self.file.endswith(".py") else self.name
        return f"{self.file}::{name}"


def read(path: Path, base: str, root: Path) -> list[Case]:
    """Read the cases of one file.

    Args:
        path: the JUnit file.
        base: folder below root that the names of its tests start from.
        root: the repository.

    Raises:
        ValueError: when it is no JUnit file, as one whose writer was killed.
    """
    try:
        # The file was written by this run's own test runners.
        tree = ElementTree.parse(path)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(f"{path.name} is no JUnit file: {error}") from None
    return [_case(element, base, root) for element in tree.iter("testcase")]


def _case(element: ElementTree.Element, base: str, root: Path) -> Case:
    file, prefix = _place(element.get("classname", ""), base, root)
    name = prefix + element.get("name", "")
    seconds = float(element.get("time") or 0)
    for tag, outcome in _OUTCOMES:
        if (found := element.find(tag)) is not None:
            # Playwright names the reason of a skip in a property.
            reason = found.get("message") or _annotation(element) or (found.text or "").strip()
            return Case(file, name, outcome, seconds, reason)
    return Case(file, name, Outcome.PASSED, seconds)


_OUTCOMES = (
    ("failure", Outcome.FAILED),
    ("error", Outcome.FAILED),
    ("skipped", Outcome.SKIPPED),
)


def _annotation(element: ElementTree.Element) -> str:
    values = {it.get("name"): it.get("value") for it in element.iter("property")}
    return values.get("skip") or ""


def _place(classname: str, base: str, root: Path) -> tuple[str, str]:
    """Split a class name into its file and, for a test in a class, the classes before its name.

    pytest writes ``tests.events.test_outbox.TestClass``; the others write a path.
    """
    folder = "" if base == "." else f"{base}/"
    for module, classes in _splits(classname.split(".")):
        if (root / folder / f"{'/'.join(module)}.py").is_file():
            return f"{folder}{'/'.join(module)}.py", "".join(f"{it}::" for it in classes)
    return folder + classname, ""


def _splits(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    for length in range(len(words), 0, -1):
        yield words[:length], words[length:]
