"""The adapters under the contract: one entry for each, made from the same ingredients."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from todo_ci.host_secrets import SecretStore
from todo_ci.host_shell import HostShell
from todo_ci.ports import Shell

MakeShell = Callable[..., Shell]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one source directory."""
    root = tmp_path / "repository"
    (root / "ci").mkdir(parents=True)
    (root / "ci/greeting.txt").write_text("hello from the sources")
    return root


@pytest.fixture(params=["host"])
def make_shell(request: pytest.FixtureRequest, repository: Path) -> Generator[MakeShell]:
    """Make the adapter that this run of the suite is about."""
    with ExitStack() as stack:

        def host(secrets: Mapping[str, str] | None = None) -> Shell:
            store = stack.enter_context(SecretStore(secrets or {}))
            return HostShell(repository, store, grace=2)

        yield {"host": host}[request.param]
