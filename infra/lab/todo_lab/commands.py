"""Run the machine's tools, and say what to do when one fails or is missing."""

import subprocess

from todo_lab.errors import LabError


def run(*argv: str, stdin: str | None = None, fix: str = "./do lab status") -> str:
    """Return what a command printed; its failure is the lab's, with `fix` as the next step."""
    try:
        done = subprocess.run(argv, check=False, capture_output=True, text=True, input=stdin)
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
