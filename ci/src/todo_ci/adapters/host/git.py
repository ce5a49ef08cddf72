"""The tree as git knows it: root, commit, cleanliness, origin."""

import subprocess
from pathlib import Path

from todo_ci.core.working_tree import WorkingTree, owner_of, source_of
from todo_ci.errors import InputError


def read_tree(root: Path) -> WorkingTree:
    """Read the state of an app's tree, which may be a folder of a larger repository.

    The commit is the repository's. Dirty is the folder alone: nothing beside it can get into a
    release, so what somebody does there is not in the way.

    Raises:
        InputError: when git refuses to answer for a reason other than that there is none.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    dirty = bool(_git(root, "status", "--porcelain", "--", "."))
    origin = _git(root, "remote", "get-url", "origin")
    return WorkingTree(commit, dirty, owner_of(origin), source_of(origin))


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
