"""Async tests run on the event loop the pipeline runs on; suites share helpers."""

import sys
from pathlib import Path

import pytest

from todo_ci.project import current
from todo_ci.project.release_file import parse

# What several suites share lies beside this file.
sys.path.insert(0, str(Path(__file__).parent))
# The tests are about this repository's app, unless one says otherwise.
current.use(parse((Path(__file__).parents[2] / "release.toml").read_text()))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--matrix",
        action="store_true",
        help="end the pipeline at every moment, not at one of each step, and write the table",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only the whole matrix has: it is chosen, not skipped."""
    if config.getoption("--matrix"):
        return
    beyond = [item for item in items if item.get_closest_marker("matrix")]
    config.hook.pytest_deselected(items=beyond)
    items[:] = [item for item in items if item not in beyond]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
