"""The names of the secrets that more than one verb asks for, as ``release.toml`` has them."""

from collections.abc import Collection, Iterator

from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.project.model import Secret, Value

REGISTRY_PASSWORD = "registry-password"  # noqa: S105


def flag_of(secret: Secret, key: str) -> str:
    """Name the flag that gives a key."""
    return f"{secret.flags}{key}"


def is_given(value: Value) -> bool:
    """Tell whether a flag gives a value; any other is made, or written in the file."""
    return not (value.random or value.text)


def required() -> tuple[str, ...]:
    """Name the flags without which nothing is applied."""
    return tuple(flag for _, flag, value in _flags() if value.required)


def secret_of(flag: str) -> str:
    """Name the Secret that a flag gives a key of; empty where none does."""
    return next((name for name, known, _ in _flags() if known == flag), "")


def options(name: str) -> str:
    """Write the flags of a Secret that is applied whole or not at all, as they can be typed."""
    release = project().release
    if name == release.pull_secret:
        return f"--registry-username NAME --{REGISTRY_PASSWORD} file:PATH"
    secret = project().secrets[name]
    keys = secret.keys.items() if secret.together else ()
    return " ".join(f"--{flag_of(secret, k)} {v.plain or 'file:PATH'}" for k, v in keys)


def names() -> tuple[str, ...]:
    """Name the Secrets that are applied."""
    return (*project().secrets, project().release.pull_secret)


def require_flags(known: Collection[str]) -> None:
    """Refuse an app with a key that a flag would have to give that no front end has.

    Args:
        known: the flags there are.

    Raises:
        InputError: naming those there are not.
    """
    lacking = [f"--{flag}" for _, flag, _ in _flags() if flag not in known]
    if lacking:
        raise InputError(
            f"release.toml has keys that no flag gives: {', '.join(lacking)}",
            accepted=f"keys of the flags {', '.join(f'--{flag}' for flag in known)}; others with "
            "random or text",
            next_step="leave that Secret out of release.toml and make it with kubectl",
        )


def _flags() -> Iterator[tuple[str, str, Value]]:
    for name, secret in project().secrets.items():
        for key, value in secret.keys.items():
            if is_given(value):
                yield name, flag_of(secret, key), value
