"""No source is longer than somebody reads in one go."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[3]
MOST_LINES = 300
SOURCES = ("*.py", "*.ts", "*.tsx", "*.sh", "*.go")
GENERATED = {"frontend/lib/api/schema.ts"}


def too_long(root: Path, files: Iterable[str]) -> list[str]:
    """Name the files with more lines than there may be, each with their number."""
    counted = {file: len((root / file).read_text().splitlines()) for file in files}
    return [f"{file}: {lines} lines" for file, lines in counted.items() if lines > MOST_LINES]


def test_no_source_has_more_lines() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--", *SOURCES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert len(listed) > 500, "all of them are looked at"
    assert too_long(ROOT, set(listed) - GENERATED) == [], "split it: one concern a file"


def test_one_that_has_is_named_with_their_number(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("pass\n" * 301)
    (tmp_path / "full.py").write_text("pass\n" * 300)
    assert too_long(tmp_path, ["long.py", "full.py"]) == ["long.py: 301 lines"]
