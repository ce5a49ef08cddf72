"""Run the machine's tools, and say what to do when one fails or is missing."""

import os
import subprocess
from collections.abc import Mapping

from todo_lab.errors import LabError


def run(
    *argv: str,
    stdin: str | None = None,
    fix: str = "./do lab status",
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return what a command printed; its failure is the lab's, with `fix` as the next step.

    environment: variables beside those of this process.
    """
    outer = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(
            argv, check=False, capture_output=True, text=True, input=stdin, env=outer
        )
    except FileNotFoundError:
        raise LabError(f"{argv[0]} is not installed", f"apt-get install {argv[0]}") from None
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)} failed: {done.stderr.strip()}", fix)
    return done.stdout


def output(*argv: str) -> str:
    """Return what a command printed, "" when it fails or is not there."""
    try:
        return subprocess.run(argv, check=False, capture_output=True, text=True).stdout
    except FileNotFoundError:
        return ""


def succeeds(*argv: str) -> bool:
    """Tell whether a command exits with 0."""
    return subprocess.run(argv, check=False, capture_output=True).returncode == 0
