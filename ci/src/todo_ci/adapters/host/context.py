"""A context on this machine: adapters wired to one repository, target and set of secrets."""

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from todo_ci.adapters.host.images import HostImages
from todo_ci.adapters.host.output import tell
from todo_ci.adapters.host.secrets import SecretStore, folder_of, read_reference
from todo_ci.adapters.host.shell import HostShell
from todo_ci.core import keys_file, kubeconfig, secret_names
from todo_ci.core.context import Context
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.release_file import FILE, parse


def find_root(start: Path) -> Path:
    """Find the app's repository that a directory is in.

    Raises:
        InputError: when no directory above has a ``release.toml``.
    """
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise InputError(
        f"{start} is not inside a clone: no folder from there upwards has a {FILE}",
        next_step="cd to the clone, or name its folder: --project DIR; the same command again",
    )


def require_root(folder: Path) -> Path:
    """Return the folder of an app that was named, which no other one stands in for.

    Raises:
        InputError: when there is no ``release.toml`` in it.
    """
    if not folder.is_dir():
        raise InputError(
            f"--project: there is no folder {folder}",
            accepted=f"the folder of a {FILE}",
            next_step="ls shows what there is; then the same command again",
        )
    if not (folder / FILE).is_file():
        raise InputError(
            f"--project: there is no {FILE} in {folder}",
            accepted=f"the folder of a {FILE}",
            next_step="todo-ci init, which writes a first one there",
        )
    return folder.absolute()


def open_project(root: Path) -> None:
    """Let what this process does be about the app of a repository.

    Raises:
        InputError: for a ``release.toml`` that cannot be read or does not say what it should.
    """
    path = root / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", next_step=f"check {path}") from None
    current.use(parse(text, str(path)))


@contextmanager
def open_host_context(
    root: Path,
    environment: str = "",
    *,
    secrets: Mapping[str, str] | None = None,
    keys: str = "",
    registry: str = "",
    username: str = "",
    allow_dirty: bool = False,
    caller: str = "",
) -> Generator[Context]:
    """Open a context; its secrets leave no file behind when it closes.

    Args:
        root: the repository.
        environment: name of the target; empty for the first one.
        secrets: secret name to reference; an empty reference counts as not given.
        keys: reference to values of keys of Secrets, as lines or as one JSON object.
        registry: whose credentials ``username`` and the secret ``registry-password`` are.
        username: of the registry.
        allow_dirty: True lets any target take an uncommitted tree.
        caller: who calls; the run where GitHub runs it, else this machine's user.

    Raises:
        InputError: for an unknown environment, an unreadable secret, or what is no kubeconfig.
    """
    chosen = target(environment)
    current.enter(chosen.environment)
    if allow_dirty:
        chosen = replace(chosen, allow_dirty=True)
    given = {name: reference for name, reference in (secrets or {}).items() if reference}
    may_be_empty = secret_names.optional()
    values = {
        name: read_reference(name, reference, optional=name in may_be_empty)
        for name, reference in given.items()
    }
    plain: dict[str, str] = {}
    if keys:
        lines = keys_file.parse(read_reference("keys", keys), secret_names.of_lines(), given)
        hidden, plain = secret_names.parted(lines)
        values |= hidden
    if kubeconfig.NAME in values:
        folder = folder_of(given[kubeconfig.NAME])
        values[kubeconfig.NAME] = kubeconfig.anchored(values[kubeconfig.NAME], folder)
    there = {name: value for name, value in values.items() if value}
    with SecretStore(there, secret_names.masker_of(there)) as store:

        def say(line: str) -> None:
            tell(store.mask(line), sys.stderr)

        images = HostImages(
            root,
            store,
            registry=registry,
            username=username,
            plain_http=chosen.plain_http,
            say=say,
        )
        yield Context(
            HostShell(root, store, say=say),
            images,
            chosen,
            say,
            store.names,
            caller=caller or _run(),
            plain=plain,
        )


def _run() -> str:
    """Name the run of a workflow on GitHub; empty anywhere else."""
    number = os.environ.get("GITHUB_RUN_ID", "")
    return f"{os.environ.get('GITHUB_REPOSITORY', 'GitHub')} run {number}" if number else ""
