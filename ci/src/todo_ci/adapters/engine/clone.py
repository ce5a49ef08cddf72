"""The clone that a call is made from: its commit, and whose it is."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import PurePosixPath

import dagger

from todo_ci.core.steps import gather
from todo_ci.core.working_tree import WorkingTree, origin_of, owner_of, source_of
from todo_ci.errors import InputError

_GIT = ".git"


async def folder_of(source: dagger.Directory) -> dagger.Directory:
    """Return a clone's directory ``.git``.

    Raises:
        InputError: for a folder that is not the top of a clone, whose commit nobody knows.
    """
    if f"{_GIT}/" not in await source.entries():
        raise InputError(
            f"--source has no folder {_GIT}, which names the commit",
            accepted="the top folder of a clone; --project names the app's folder in it",
            next_step="cd to the top folder of the clone, and give --source .",
        )
    return source.directory(_GIT)


async def read_tree(
    git: dagger.GitRepository, config: dagger.Directory, folder: str = ""
) -> WorkingTree:
    """Read the state of the working tree, which may be a folder of a larger repository.

    The commit is the repository's. Dirty is the folder alone: nothing beside it can get into a
    release.

    Args:
        git: the repository with its working tree.
        config: the directory ``.git``, of which only ``config`` is read.
        folder: the app's, below the repository's top; empty for all of it.
    """
    calls: dict[str, Callable[[], Awaitable[str | bool]]] = {
        "commit": git.head().commit,
        "dirty": partial(_is_dirty, git.uncommitted(), folder),
        "origin": partial(_read_origin, config),
    }
    read = await gather(calls)
    origin = str(read["origin"])
    return WorkingTree(
        str(read["commit"]), bool(read["dirty"]), owner_of(origin), source_of(origin)
    )


async def read_owner(config: dagger.Directory) -> str:
    """Read whose repository it is; empty where git's configuration names no origin."""
    return owner_of(await _read_origin(config))


async def _is_dirty(changes: dagger.Changeset, folder: str) -> bool:
    if folder in ("", "."):
        return not await changes.is_empty()
    below = PurePosixPath(folder)
    paths = [changes.added_paths, changes.modified_paths, changes.removed_paths]
    changed = await gather(dict(enumerate(paths)))
    return any(PurePosixPath(p).is_relative_to(below) for each in changed.values() for p in each)


async def _read_origin(config: dagger.Directory) -> str:
    if "config" not in await config.entries():
        return ""
    return origin_of(await config.file("config").contents())
