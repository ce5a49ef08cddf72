"""What git knows of the tree: root, commit, cleanliness, owner of the origin."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from todo_ci.errors import InputError


@dataclass(frozen=True, slots=True)
class Tree:
    """Hold what a publish is labelled with.

    Args:
        commit: 40 hex digits; empty outside a repository.
        dirty: True when a file differs from the commit.
        owner: owner of the ``origin`` remote, lower case; empty when it names none.
    """

    commit: str
    dirty: bool
    owner: str


def read_tree(root: Path) -> Tree:
    """Read the state of the working tree.

    Raises:
        InputError: when git refuses to answer for a reason other than that there is none.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    dirty = bool(_git(root, "status", "--porcelain"))
    return Tree(commit, dirty, owner_of(_git(root, "remote", "get-url", "origin")))


def owner_of(url: str) -> str:
    """Return the owner in a remote's address, for ``git@host:owner/repo`` and URLs alike."""
    match = re.fullmatch(r"(?:\w+://[^/]+/|[\w.-]+@[\w.-]+:)([\w.-]+)/[\w.-]+?/?", url)
    return match[1].lower() if match else ""


def _git(root: Path, *argv: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *argv], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    if done.returncode and "dubious ownership" in done.stderr:
        raise InputError(
            f"git does not trust {root}: another user owns it",
            next_step=f"git config --global --add safe.directory {root}",
        )
    return done.stdout.strip() if done.returncode == 0 else ""
