"""Async tests run on the event loop the pipeline runs on; suites share helpers."""

import sys
from pathlib import Path

import pytest

# What several suites share lies beside this file.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
