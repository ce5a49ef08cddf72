"""Run the lab's own command, and look at the machine beside it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

LAB = Path(__file__).resolve().parents[2] / "lab"
Command = Callable[..., str]


def call(*arguments: str) -> str:
    """Run `lab ...`; return all it printed, fail the test when it fails."""
    done = subprocess.run(
        [str(LAB), *arguments], check=False, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"lab {' '.join(arguments)}\n{done.stdout}"
    return done.stdout


@pytest.fixture
def lab() -> Command:
    """Return the command, with the lab up."""
    call("up")
    return call
