"""Async tests run on the event loop the pipeline runs on; suites share helpers."""

import sys
from pathlib import Path

import pytest

# What several suites share lies beside this file.
sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--matrix",
        action="store_true",
        help="end the pipeline at every moment, not at one of each step, and write the table",
    )


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
