"""What the page of another app says that cannot be, is what release.toml refuses."""

import re
from pathlib import Path

from todo_ci.project.rules.names import RESERVED

PAGE = Path(__file__).parents[1] / "your-app.md"


def test_the_names_that_a_folder_cannot_have_are_those_that_are_refused() -> None:
    (row,) = [it for it in PAGE.read_text().splitlines() if it.startswith("| `[repository]`")]
    (said,) = re.findall(r"can be called (.+?):", row)
    assert tuple(re.findall(r"`([\w-]+)`", said)) == RESERVED
