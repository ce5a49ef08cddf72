"""The clone that a call is made from: its commit, and whose it is."""

from collections.abc import Awaitable, Callable
from functools import partial

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
            next_step="dagger call --source PATH_OF_THE_CLONE, and the verb",
        )
    return source.directory(_GIT)


async def read_tree(git: dagger.GitRepository, config: dagger.Directory) -> WorkingTree:
    """Read the state of the working tree.

    Args:
        git: the repository with its working tree.
        config: the directory ``.git``, of which only ``config`` is read.
    """
    calls: dict[str, Callable[[], Awaitable[str | bool]]] = {
        "commit": git.head().commit,
        "clean": git.uncommitted().is_empty,
        "origin": partial(_read_origin, config),
    }
    read = await gather(calls)
    origin = str(read["origin"])
    return WorkingTree(str(read["commit"]), not read["clean"], owner_of(origin), source_of(origin))


async def read_owner(config: dagger.Directory) -> str:
    """Read whose repository it is; empty where git's configuration names no origin."""
    return owner_of(await _read_origin(config))


async def _read_origin(config: dagger.Directory) -> str:
    if "config" not in await config.entries():
        return ""
    return origin_of(await config.file("config").contents())
