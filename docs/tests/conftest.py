"""Let the tests of the documents share a module."""

import sys
from pathlib import Path

from todo_ci.project import current
from todo_ci.project.release_file import parse

sys.path.insert(0, str(Path(__file__).parent))
# The commands that the pipeline names are those of this repository's app.
current.use(parse((Path(__file__).parents[2] / "release.toml").read_text()))
