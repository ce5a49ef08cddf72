"""The pages that show the way in name files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("docs/architecture.md", "CONTRIBUTING.md")
# A table's header says which folder its files are below.
_FOLDER = re.compile(r"^\| step \| file below `([^`]+)` \|$")
_PATH = re.compile(r"`([\w./-]+\.\w+|[\w./-]+/)`")


def missing(text: str) -> list[str]:
    """Return the paths of a page that are not there, in its order."""
    found: list[str] = []
    folder = ""
    for line in text.splitlines():
        if header := _FOLDER.match(line):
            folder = header[1]
        elif not line.startswith("|"):
            folder = ""
        paths = _PATH.findall(line) if not header else [folder]
        found += [path for path in paths if not _exists(folder, path)]
    return found


def _exists(folder: str, path: str) -> bool:
    places = (ROOT / folder / path, ROOT / path, ROOT / "ci/src/todo_ci" / path)
    return any(place.exists() for place in places)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_it_names_is_there(page: str) -> None:
    assert missing((ROOT / page).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "see `ci/src/gone.py`",
        "| step | file below `backend/` |\n|---|---|\n| x | `services/gone.py` |",
    ],
)
def test_a_file_that_is_not_there_is_found(line: str) -> None:
    assert [Path(path).name for path in missing(line)] == ["gone.py"]
