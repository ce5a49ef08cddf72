"""The clone that a call is made from: dirty is what can get into a release."""

from dataclasses import dataclass
from typing import cast

import dagger
import pytest

from todo_ci.adapters.engine.clone import read_tree

pytestmark = pytest.mark.anyio


@dataclass
class Changes:
    """What differs from the commit, as an engine tells it."""

    changed: tuple[str, ...] = ()

    async def is_empty(self) -> bool:
        return not self.changed

    async def added_paths(self) -> list[str]:
        return []

    async def modified_paths(self) -> list[str]:
        return list(self.changed)

    async def removed_paths(self) -> list[str]:
        return []


@dataclass
class Git:
    """A repository as an engine holds it; its head is itself."""

    changes: Changes

    def head(self) -> "Git":
        return self

    async def commit(self) -> str:
        return "abc1234"

    def uncommitted(self) -> Changes:
        return self.changes


class Config:
    """The directory .git, of which only the configuration is read."""

    async def entries(self) -> list[str]:
        return ["config"]

    def file(self, _: str) -> "Config":
        return self

    async def contents(self) -> str:
        return '[remote "origin"]\n\turl = https://github.com/octo/guestbook.git\n'


@pytest.mark.parametrize(
    ("folder", "changed", "dirty"),
    [
        ("", (), False),
        ("", ("docs/a.md",), True),
        (".", ("docs/a.md",), True),
        ("apps/book", ("docs/a.md", "apps/bookshop/a.go"), False),
        ("apps/book", ("apps/book/web/a.go",), True),
    ],
)
async def test_dirty_is_the_folder_of_the_app(
    folder: str, changed: tuple[str, ...], dirty: bool
) -> None:
    git = cast("dagger.GitRepository", Git(Changes(changed)))
    tree = await read_tree(git, cast("dagger.Directory", Config()), folder)
    assert (tree.commit, tree.dirty, tree.owner) == ("abc1234", dirty, "octo")
