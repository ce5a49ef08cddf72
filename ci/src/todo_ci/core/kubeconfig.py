"""A kubeconfig as it was given: what it is, which files it names, how its user signs in: pure."""

import base64
import binascii
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import yaml

from todo_ci.errors import InputError

NAME = "kubeconfig"
"""The secret that holds it."""
_ACCEPTED = "the text of a kubeconfig that `kubectl --kubeconfig FILE get pods` works with"
_FLATTEN = (
    "kubectl --kubeconfig FILE config view --raw --minify --flatten >flat; then --kubeconfig "
    "file:flat"
)
_LISTS = ("clusters", "contexts", "users")
# Names of files, which kubectl looks for beside the kubeconfig.
_FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
Object = dict[str, Any]


def read(text: str) -> Object:
    """Read a kubeconfig.

    Raises:
        InputError: saying what it is instead; its text is never repeated.
    """
    config = _parsed(text)
    if isinstance(config, dict):
        found: Object = config  # pyright: ignore[reportUnknownVariableType]
        wrong = next(filter(None, (_wrong(found, name) for name in _LISTS)), "")
        if not wrong and (found.get("kind") == "Config" or any(name in found for name in _LISTS)):
            return found
        named = wrong or f"it is of kind {found.get('kind')}"
        raise _refused(f"no kubeconfig: {named}", "give the file that kubectl uses")
    if isinstance(config, list):
        raise _refused("a list", "give the file that kubectl uses, not a part of it")
    if _is_base64(text):
        raise _refused("base64", "base64 --decode <FILE >plain; then --kubeconfig file:plain")
    if "\n" not in text.strip() and "/" in text:
        raise _refused("a path", "give the file that it names: --kubeconfig file:PATH")
    raise _refused("no YAML with clusters, contexts and users", "give the file that kubectl uses")


def current(config: Object, kind: str) -> Object:
    """Find the cluster or user of the current context, as kubectl does; empty where there is none.

    Args:
        config: a kubeconfig.
        kind: ``cluster`` or ``user``.
    """
    try:
        contexts = {entry["name"]: entry["context"] for entry in config["contexts"]}
        entries = {entry["name"]: entry[kind] for entry in config[f"{kind}s"]}
        return _part(entries, contexts[config["current-context"]][kind])
    except (KeyError, TypeError):
        return {}


def runs_command(text: str) -> bool:
    """Tell whether the user's proof comes from a command."""
    return bool(current(read(text), "user").get("exec"))


def require_whole(config: Object) -> None:
    """Refuse one that names files, or a command beside it, where only its text is.

    Raises:
        InputError: naming them.
    """
    user = current(config, "user")
    named = [
        f"{key} {part[key]}"
        for part in (current(config, "cluster"), user)
        for key in _FILES
        if part.get(key)
    ]
    command = _command(user)
    beside = [f"command {command}"] if command and not PurePath(command).is_absolute() else []
    if named or beside:
        raise InputError(
            "the kubeconfig names files that are not where it is read: "
            + ", ".join([*named, *beside]),
            accepted="a kubeconfig that holds its certificates and token itself",
            next_step=_FLATTEN if named else "give one whose user has a token and no command",
        )


def anchored(text: str, folder: PurePath | None) -> str:
    """Name the files beside a kubeconfig by their whole path, for it is read elsewhere.

    Args:
        text: of the kubeconfig; it is returned as it is where it names none.
        folder: that it lies in; None where it is in no file.

    Raises:
        InputError: for text that is no kubeconfig, or has files beside it and lies nowhere.
    """
    config = read(text)
    found = [(part, key) for part, key in _paths(config) if not PurePath(part[key]).is_absolute()]
    if not found:
        return text
    if folder is None:
        require_whole(config)
        return text
    for part, key in found:
        part[key] = str(folder / part[key])
    return yaml.safe_dump(config)


def _paths(config: Object) -> Iterator[tuple[Object, str]]:
    """Find each part that names a file, with its key."""
    for kind in ("cluster", "user"):
        entries: list[Any] = config.get(f"{kind}s") or []
        for entry in entries:
            part = _part(entry, kind)
            yield from ((part, key) for key in _FILES if isinstance(part.get(key), str))
            if _command(part):
                yield _part(part, "exec"), "command"


def _command(user: Object) -> str:
    """Return the path of the user's command; empty for one that is looked up in PATH, or none."""
    command = str(_part(user, "exec").get("command") or "")
    return command if "/" in command else ""


def _wrong(config: Object, name: str) -> str:
    """Say what is wrong with a list of a kubeconfig; empty for nothing."""
    entries: Any = config.get(name) or []
    if not isinstance(entries, list):
        return f"its {name} are no list"
    kind = name.removesuffix("s")
    for entry in entries:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(entry, dict) or not isinstance(entry.get(kind) or {}, dict):  # pyright: ignore[reportUnknownMemberType]
            return f"one of its {name} has no {kind} with fields"
    return ""


def _part(value: Any, key: str) -> Object:
    """Return a part that may be missing; what it is in may be anything."""
    found: Any = value.get(key) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _parsed(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _is_base64(text: str) -> bool:
    try:
        plain = base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    return any(name in plain for name in _LISTS)


def _refused(what: str, next_step: str) -> InputError:
    return InputError(
        f"what was given as --{NAME} is {what}", accepted=_ACCEPTED, next_step=next_step
    )
