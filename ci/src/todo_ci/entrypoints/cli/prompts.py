"""Questions to a person, and a file that is theirs alone."""

import os
import sys
from pathlib import Path

from todo_ci.commands.init import EXAMPLE, is_ours
from todo_ci.errors import InputError


def ask(what: str, given: str, default: str = "") -> str:
    """Return what was given, else what a person answers, else the default."""
    if given or not sys.stdin.isatty():
        return given or default
    shown = f" [{default}]" if default else ""
    return input(f"{what}{shown}: ").strip() or default


def refuse_existing(path: Path) -> None:
    """Refuse to write over a file.

    Raises:
        InputError: when it is there.
    """
    if path.exists():
        raise InputError(
            f"{path} is there already, and would be lost",
            next_step=f"mv {path.name} {path.name}.old, then the same command again",
        )


def read_example(root: Path) -> str:
    """Read the example that a tree's .env is made from; empty where it has none, or its own."""
    try:
        example = (root / EXAMPLE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return example if is_ours(example) else ""


def write_private(path: Path, text: str) -> None:
    """Write a new file that others cannot read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
