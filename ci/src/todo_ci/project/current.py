"""The app that a call is about: set once, by the front end that read its ``release.toml``.

Like a call's verb and environment, it is one and the same for everything the call does.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec.structs import replace

from todo_ci.project.model import Project

_project: ContextVar[Project] = ContextVar("project")
_entered: ContextVar[Project] = ContextVar("entered")
_preview: ContextVar[str] = ContextVar("preview", default="")


def use(project: Project) -> None:
    """Let this call be about an app."""
    _project.set(project)
    _entered.set(project)
    _preview.set("")


def project() -> Project:
    """Return the app of this call, as it is in the environment that was entered last."""
    return _entered.get()


def enter(environment: str) -> None:
    """Let this call be about the app as it is in one of its environments.

    Args:
        environment: its name; ``ENVIRONMENT/NAME`` is one of its previews.
    """
    ours = _project.get()
    name, _, preview = environment.partition("/")
    own = ours.environments[name].namespace
    there = replace(ours, release=replace(ours.release, namespace=own)) if own else ours
    _entered.set(there)
    _preview.set(preview)


@contextmanager
def beside(preview: str) -> Generator[None]:
    """Let what is done meanwhile be about another preview of the environment that was entered."""
    token = _preview.set(preview)
    try:
        yield
    finally:
        _preview.reset(token)


def release_name() -> str:
    """Return the name that helm keeps the release under: each preview has one of its own."""
    preview = _preview.get()
    return f"{project().release.name}-{preview}" if preview else project().release.name


def namespace() -> str:
    """Return the namespace that the release is in."""
    return project().release.namespace
