"""The names of the secrets that more than one verb asks for, as ``release.toml`` has them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from todo_ci.core.redaction import masker
from todo_ci.entrypoints.options import OF_SECRETS
from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.project.fields import variable
from todo_ci.project.secret import Value

REGISTRY_PASSWORD = "registry-password"  # noqa: S105
PULL_PASSWORD = "pull-password"  # noqa: S105
"""By which nodes pull, where it is not the one that pushes."""
SIGNING_KEY, SIGNING_PASSWORD = "signing-key", "signing-password"
IDENTITY_TOKEN = "identity-token"  # noqa: S105
_Secret = TypeVar("_Secret")


def setting_of(flag: str) -> str:
    """Write the name of a flag as both front ends find it in .env."""
    return flag.upper().replace("-", "")


def of_signing(key: _Secret, password: _Secret, token: _Secret) -> dict[str, _Secret]:
    """Name what signs, as the steps that sign ask for it."""
    return {SIGNING_KEY: key, SIGNING_PASSWORD: password, IDENTITY_TOKEN: token}


def signs() -> str:
    """Write what lets a call sign, as ``release.toml`` asks for it."""
    signing = project().signing
    return signing.flag if signing else f"--{SIGNING_KEY}"


def required() -> tuple[str, ...]:
    """Name the flags without which nothing is applied."""
    return tuple(flag for _, flag, value in _flags() if value.required)


def optional() -> frozenset[str]:
    """Name the flags that may be given without a value, as a workflow does for one it lacks."""
    given = (flag for _, flag, value in _flags() if not value.required)
    return frozenset((SIGNING_KEY, SIGNING_PASSWORD, IDENTITY_TOKEN, *given))


def secret_of(flag: str) -> str:
    """Name the Secret that a flag gives a key of; empty where none does."""
    return next((name for name, known, _ in _flags() if known == flag), "")


def options(name: str, registry: str = "") -> str:
    """Write what gives a Secret that is applied whole or not at all, as it can be typed.

    Args:
        name: of the Secret.
        registry: that the pull Secret is for; empty for the environment's own.
    """
    release = project().release
    if name == release.pull_secret:
        whose = f"--registry {registry} " if registry else ""
        return f"{whose}--registry-username NAME --{REGISTRY_PASSWORD} file:PATH"
    secret = project().secrets[name]
    keys = secret.keys.items() if secret.together else ()
    values = {secret.flag_of(key): value.plain or "file:PATH" for key, value in keys}
    typed = [f"--{flag} {value}" for flag, value in values.items() if flag in OF_SECRETS]
    others = [flag for flag in values if flag not in OF_SECRETS]
    return " ".join([*typed, *([_file_with(others)] if others else [])])


def spelled(flag: str, flags: Collection[str] = OF_SECRETS) -> str:
    """Write what gives a key: its flag, or its line of what --keys takes where none has it.

    Args:
        flag: of the key.
        flags: those that the verb which is called has for keys.
    """
    return f"--{flag}" if flag in flags else f"{variable(flag)}=…"


def way_to_give(flag: str, flags: Collection[str] = OF_SECRETS) -> str:
    """Say how a key that was left out can be given."""
    if flag in flags:
        return f"add --{flag}, or set SECRETS_{setting_of(flag)} in .env"
    return f"add {_file_with([flag])}"


def names() -> tuple[str, ...]:
    """Name the Secrets that are applied."""
    return (*project().secrets, project().release.pull_secret)


def of_keys() -> frozenset[str]:
    """Name the flags that the keys of all Secrets make, whether or not a front end has them."""
    return frozenset(flag for _, flag, _ in _flags())


def of_lines() -> frozenset[str]:
    """Name the flags whose values a line of --keys may give."""
    return of_keys() | {PULL_PASSWORD}


def parted(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Part the values of lines in secrets and in what ``release.toml`` calls plain."""
    plain = {flag: value for flag, value in values.items() if flag in _of_plain_values()}
    return {flag: value for flag, value in values.items() if flag not in plain}, plain


def _of_plain_values() -> frozenset[str]:
    return frozenset(flag for _, flag, value in _flags() if value.plain)


def require_keys(given: Collection[str], flags: Collection[str] = OF_SECRETS) -> None:
    """Refuse to begin without a key that is needed and that no flag of the verb gives.

    Args:
        given: what was given, by a flag or by --keys.
        flags: those that the verb has for keys.

    Raises:
        InputError: naming what is missing, as a line of what --keys takes.
    """
    lacking = [flag for flag in required() if flag not in flags and flag not in given]
    if lacking:
        raise InputError(
            f"no {' and no '.join(lacking)} was given",
            accepted="a reference to lines of NAME=VALUE",
            next_step=f"add {_file_with(lacking)}",
        )


def masker_of(values: Mapping[str, str]) -> Callable[[str], str]:
    """Make a function that keeps the secrets of a call out of what is shown.

    A value that ``release.toml`` calls plain is no secret, nor is a name that stands there.

    Args:
        values: by the name of the flag that gave each.
    """
    plain = _of_plain_values()
    app = project()
    known = [app.release.name, app.release.namespace, app.release.chart]
    known += [*app.components, *(it.image for it in app.components.values())]
    known += [it.namespace for it in app.environments.values()]
    known += [word for name, it in app.secrets.items() for word in (name, *it.keys)]
    return masker((value for name, value in values.items() if name not in plain), known)


def _file_with(flags: Sequence[str]) -> str:
    word = "line" if len(flags) == 1 else "lines"
    return f"--keys file:PATH with the {word} {', '.join(spelled(it, ()) for it in flags)}"


def _flags() -> Iterator[tuple[str, str, Value]]:
    for name, secret in project().secrets.items():
        for key, value in secret.keys.items():
            if value.is_given:
                yield name, secret.flag_of(key), value
