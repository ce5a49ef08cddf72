"""Secrets on the host: read by reference, kept in memory, lent to a step as a file on tmpfs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from todo_ci.core.redaction import masker
from todo_ci.errors import InputError

# Not to be listed by others, but to be passed through: a server that a test starts, such as
# PostgreSQL, may refuse to run as root and keep its files below as another user.
PASSABLE = 0o711
_ACCEPTED = "env:NAME, file:PATH or file://PATH"


def read_reference(name: str, reference: str, *, optional: bool = False) -> str:
    """Read the value that a reference names.

    Args:
        name: the secret's name, for the error.
        reference: ``env:NAME``, ``file:PATH`` or ``file://PATH``, as ``dagger call`` takes it.
        optional: True where a variable that is set to nothing is none, and no mistake.

    Raises:
        InputError: when the syntax is another one, or there is no value. A plain value is never
            repeated, because it may be the secret itself.
    """
    kind, colon, rest = reference.partition(":")
    flag = f"--{name}"
    if kind == "env" and rest:
        value = os.environ.get(rest, "")
        if not value and not (optional and rest in os.environ):
            raise InputError(
                f"{flag}: the variable {rest} is empty or not set",
                accepted=_ACCEPTED,
                next_step=f"export {rest}, or give {flag} file:PATH",
            )
        return value
    if kind == "file" and rest:
        return _read_file(flag, _path(rest))
    shown = f"{kind}:…" if colon else "a plain value"
    what = f"put the value into a file and give {flag} file:PATH"
    if _is_file(reference):
        shown, what = "the path of a file", f"give {flag} file:{reference}"
    raise InputError(
        f"{flag} takes a reference to a secret, not {shown}", accepted=_ACCEPTED, next_step=what
    )


def folder_of(reference: str) -> Path | None:
    """Return the folder that a reference's file is in; None where it names no file."""
    kind, _, rest = reference.partition(":")
    # Of the name, not of what a link points at: kubectl looks beside the link.
    return _path(rest).absolute().parent if kind == "file" else None


def _path(rest: str) -> Path:
    return Path(rest.removeprefix("//")).expanduser()


def _is_file(text: str) -> bool:
    try:
        return Path(text).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):
        return False  # too long for a name, or no home to look in


def _read_file(flag: str, path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InputError(
            f"{flag}: cannot read {path}: {reason}",
            accepted=_ACCEPTED,
            next_step=f"check the file, or give {flag} another one",
        ) from None
    if not value.strip():
        raise InputError(f"{flag}: {path} is empty", next_step="write the value into it")
    return value


class SecretStore:
    """Keep the values of one client, and the directories its steps use.

    The one with secrets is on tmpfs, so no value reaches a disk; ``scratch`` is for all else. Both
    are removed even when the client is killed: a child waits for the end of a pipe that only the
    client holds open.
    """

    def __init__(self, values: Mapping[str, str], mask: Callable[[str], str] | None = None) -> None:
        """Hold the values.

        Args:
            values: by their names.
            mask: keeps them out of what is shown; in every form by default.
        """
        self._values = dict(values)
        self._mask = mask or masker(values.values())
        self._directory: Path | None = None
        self._scratch: Path | None = None
        self._janitor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._directory = Path(tempfile.mkdtemp(prefix="todo-ci-", dir=_tmpfs()))
        self._scratch = Path(tempfile.mkdtemp(prefix="todo-ci-"))
        self._scratch.chmod(PASSABLE)
        script = 'read -r _; rm -rf -- "$@"'
        self._janitor = subprocess.Popen(
            ["sh", "-c", script, "todo-ci-janitor", self._directory, self._scratch],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for directory in filter(None, (self._directory, self._scratch)):
            shutil.rmtree(directory, ignore_errors=True)
        if self._janitor and self._janitor.stdin:
            self._janitor.stdin.close()
            self._janitor.wait()

    @property
    def scratch(self) -> Path:
        """Return the directory for files that hold no secret, valid until the store closes."""
        assert self._scratch, "the store is open"  # noqa: S101
        return self._scratch

    @property
    def names(self) -> frozenset[str]:
        """Name the secrets there are."""
        return frozenset(self._values)

    def value(self, name: str) -> str:
        """Return a value.

        Raises:
            InputError: when the secret was not given.
        """
        try:
            return self._values[name]
        except KeyError:
            raise InputError(
                f"no {name} was given", accepted=_ACCEPTED, next_step=f"add --{name} file:PATH"
            ) from None

    def file(self, name: str) -> Path:
        """Return a file of mode 0400 with the value, valid until the store closes."""
        return self.write(name, self.value(name))

    def write(self, name: str, text: str) -> Path:
        """Keep further secret text, such as a registry's auth file, beside the values."""
        assert self._directory, "the store is open"  # noqa: S101
        path = self._directory / name
        if not path.exists():
            fresh = self._directory / f".{name}"
            fresh.touch(mode=0o600)
            fresh.write_text(text, encoding="utf-8")
            fresh.chmod(0o400)
            fresh.rename(path)
        return path

    def mask(self, text: str) -> str:
        """Replace every trace of a secret."""
        return self._mask(text)


def _tmpfs() -> str | None:
    """Find a directory that is never written to a disk; the usual one where there is none."""
    usable = (path for path in ("/dev/shm", "/run") if os.access(path, os.W_OK))  # noqa: S108
    return next(usable, None)
