"""The verbs, one file each; a call imports only the one that it runs."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from todo_ci.commands import build as build
    from todo_ci.commands import ci as ci
    from todo_ci.commands import deploy as deploy
    from todo_ci.commands import diff as diff
    from todo_ci.commands import doctor as doctor
    from todo_ci.commands import history as history
    from todo_ci.commands import init as init
    from todo_ci.commands import logs as logs
    from todo_ci.commands import preview as preview
    from todo_ci.commands import promote as promote
    from todo_ci.commands import publish as publish
    from todo_ci.commands import rehearse as rehearse
    from todo_ci.commands import rollback as rollback
    from todo_ci.commands import scan as scan
    from todo_ci.commands import secrets as secrets
    from todo_ci.commands import status as status
    from todo_ci.commands import verify as verify


def __getattr__(name: str) -> ModuleType:
    """Import a verb when it is first named."""
    # Python asks a package for names of its own, such as __path__, too.
    if name.startswith("_"):
        raise AttributeError(name)
    return import_module(f"{__name__}.{name}")
