"""Statements that SQLAlchemy compiled, for all engines of a run.

Each test has an engine of its own, and compiling the statements of a start costs more than they
take to be answered. What a statement is compiled to depends on the kind of the database alone.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import connections


class _Compiled(dict[Any, Any]):
    """Keep statements by the class of their dialect, where SQLAlchemy names the one engine's."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any_engine(key), compiled)


def _of_any_engine(key: tuple[object, ...]) -> tuple[object, ...]:
    return type(key[0]), *key[1:]


def share_compiled_statements() -> None:
    """Give each engine that the app makes from now on the same compiled statements."""
    compiled = _Compiled()

    def create(*arguments: Any, **options: Any) -> AsyncEngine:
        engine = create_async_engine(*arguments, **options)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    connections.create_async_engine = create
