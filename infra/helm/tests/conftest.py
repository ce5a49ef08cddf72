"""Make helm and the chart's helper known to every test of this folder."""

import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import postgres
from rendering import Chart


@pytest.fixture(scope="session")
def chart() -> Chart:
    """Give the chart, with the helm of $HELM or PATH; without one the tests fail, never skip."""
    helm = os.environ.get("HELM") or shutil.which("helm")
    if not helm:
        pytest.fail("no helm: set HELM or PATH; next: export HELM=$(infra/lab/lab tools helm)")
    return Chart(helm)


@pytest.fixture(scope="session")
def postgresql() -> Generator[str]:
    """Run a PostgreSQL and give its URL, which libpq's clients of any kind understand."""
    with postgres.running_server() as url:
        yield url
