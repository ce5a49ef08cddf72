"""The promise: output ends nothing; what a verb did decides its exit code, whoever reads of it."""

import os
import subprocess
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from todo_ci.adapters.host.output import tell


@pytest.mark.parametrize("buffered", ["", "1"])
@pytest.mark.parametrize(("dockerfile", "code"), [(True, 0), (False, 1)])
def test_a_reader_that_is_gone_is_no_failure(
    buffered: str, dockerfile: bool, code: int, tmp_path: Path
) -> None:
    if dockerfile:
        (tmp_path / "Dockerfile").touch()
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        ["todo-ci", "--project", tmp_path, "init"],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "PYTHONUNBUFFERED": buffered},
    )  # fmt: skip
    os.close(write)
    assert done.returncode == code
    assert ("neither a Dockerfile" in done.stderr) is not dockerfile
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert (tmp_path / "release.toml").exists() is dockerfile


def test_what_is_told_after_the_reader_has_gone_is_dropped() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        tell("one", stream)
        tell("two", stream)


def test_a_sign_that_the_stream_cannot_show_is_replaced() -> None:
    shown = BytesIO()
    stream = TextIOWrapper(shown, encoding="ascii")
    tell("1 … 2", stream)
    assert shown.getvalue() == b"1 ? 2\n"
