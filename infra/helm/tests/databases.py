"""Databases as the backend's own tests make them: a file, and a private PostgreSQL server."""

import importlib.util
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import backend
from rendering import REPOSITORY


@contextmanager
def postgresql() -> Generator[str]:
    """Run a server until the block ends, and give the URL of its database."""
    path = REPOSITORY / "backend/tests/postgres.py"
    spec = importlib.util.spec_from_file_location("backend_postgres", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.running_server() as url:
        yield url


def migrate(url: str) -> None:
    """Let Alembic make every table."""
    done = backend.run("migrate", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr


def sqlite(folder: Path) -> str:
    """Name a database that is a file of this folder."""
    return f"sqlite:///{folder}/todo.db"
