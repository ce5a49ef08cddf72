"""The tree that a call is about: chosen, read, and its .env taken for default arguments."""

import os
from contextvars import ContextVar
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from todo_ci.adapters.host.context import find_root, open_project, require_root
from todo_ci.adapters.host.git import read_tree
from todo_ci.core.working_tree import WorkingTree
from todo_ci.entrypoints.cli.defaults import Defaults
from todo_ci.environments import target
from todo_ci.errors import InputError

_REFERENCE = "file:"
_chosen: ContextVar[str] = ContextVar("chosen", default="")


def choose(folder: str) -> None:
    """Let this call be about the app in a folder; where it is empty, in the one around here."""
    _chosen.set(folder)


def root_of_call() -> Path:
    """Return the folder of the call's ``release.toml``.

    Raises:
        InputError: where there is none.
    """
    folder = _chosen.get()
    return require_root(Path(folder).expanduser()) if folder else find_root(Path.cwd())


def folder_without_app() -> Path | None:
    """Return the folder that a first ``release.toml`` is for; None where there is one already.

    Raises:
        InputError: where the folder that was named is none.
    """
    folder = Path(_chosen.get()).expanduser().absolute()
    try:
        root_of_call()
    except InputError:
        if folder.is_dir():
            return folder
        raise
    return None


@dataclass(frozen=True, slots=True)
class Checkout:
    """Hold the tree a command is about.

    Args:
        root: the folder of its ``release.toml``.
        tree: its commit, or the given one.
    """

    root: Path
    tree: WorkingTree

    @classmethod
    def here(cls, commit: str = "") -> "Checkout":
        """Read the tree that was chosen."""
        root = root_of_call()
        open_project(root)
        return cls(root, read_tree(root).at(commit))

    def registry(self, env: str, given: str) -> str:
        """Return the registry: the given one, else the environment's, else GitHub's."""
        return self.tree.registry(given or target(env).registry)


def take_defaults(root: Path) -> None:
    """Take what a tree's .env says, where the environment itself does not.

    A file that it refers to is below that tree, wherever the command is called.
    """
    said = dotenv_values(stream=StringIO(_settings(root / ".env")))
    Defaults.own = frozenset(said)
    for name, value in said.items():
        if value is not None:
            os.environ.setdefault(name, _below(root, value))


def _settings(file: Path) -> str:
    """Read what an app may have written for itself alone, in any encoding; nothing of a folder."""
    there = file.exists() and not file.is_dir()
    return file.read_text(encoding="utf-8", errors="surrogateescape") if there else ""


def _below(root: Path, value: str) -> str:
    path = value.removeprefix(_REFERENCE).removeprefix("//")
    if not value.startswith(_REFERENCE) or not path or path.startswith(("/", "~")):
        return value
    return f"{_REFERENCE}{root / path}"
