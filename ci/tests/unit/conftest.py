"""Let the unit tests share their doubles."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from todo_ci.project import current
from todo_ci.project.model import Project
from todo_ci.project.release_file import parse

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def guestbook() -> Generator[Project]:
    """Let a test be about an app that is none of ours: one component, two environments."""
    ours = current.project()
    theirs = parse((Path(__file__).parent / "fixtures/guestbook.toml").read_text())
    current.use(theirs)
    yield theirs
    current.use(ours)


@pytest.fixture
def previewed() -> Generator[Project]:
    """Let a test be about that app where it has an environment for previews."""
    ours = current.project()
    theirs = parse((Path(__file__).parent / "fixtures/previews.toml").read_text())
    current.use(theirs)
    yield theirs
    current.use(ours)
