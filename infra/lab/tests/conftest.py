"""Stand-ins for the programs that the lab calls."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Return a function that puts a program of the test's own, name and script, first on PATH."""

    def put(name: str, script: str) -> None:
        programs = tmp_path / "programs"
        programs.mkdir()
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    return put
