"""A private PostgreSQL from the machine's own binaries: the one of the backend's tests."""

import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType

from rendering import REPOSITORY


def _load(path: Path) -> ModuleType:
    # The folder it is in holds names that are taken here.
    spec = importlib.util.spec_from_file_location("backend_tests_postgres", path)
    assert spec is not None, path
    assert spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_backends = _load(REPOSITORY / "backend/tests/postgres.py")

# A server for as long as a block lasts; its URL.
running_server: Callable[[], AbstractContextManager[str]] = _backends.running_server
# Its files alone, to be served several times; and that, with the options of the backend's.
cluster: Callable[[], AbstractContextManager[Path]] = _backends.cluster
serving: Callable[..., AbstractContextManager[str]] = _backends.serving
