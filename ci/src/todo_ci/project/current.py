"""The app that a call is about: set once, by the front end that read its ``release.toml``.

Like a call's verb and environment, it is one and the same for everything the call does.
"""

from contextvars import ContextVar

from msgspec.structs import replace

from todo_ci.project.model import Project

_project: ContextVar[Project] = ContextVar("project")
_entered: ContextVar[Project] = ContextVar("entered")


def use(project: Project) -> None:
    """Let this call be about an app."""
    _project.set(project)
    _entered.set(project)


def project() -> Project:
    """Return the app of this call, as it is in the environment that was entered last."""
    return _entered.get()


def enter(environment: str) -> None:
    """Let this call be about the app as it is in one of its environments."""
    ours = _project.get()
    own = ours.environments[environment].namespace
    there = replace(ours, release=replace(ours.release, namespace=own)) if own else ours
    _entered.set(there)


def release_name() -> str:
    """Return the name that helm keeps the release under."""
    return project().release.name


def namespace() -> str:
    """Return the namespace that the release is in."""
    return project().release.namespace
