"""A publish is labelled with what git knows."""

import subprocess
from pathlib import Path

import pytest

from todo_ci.adapters.host.git import read_tree
from todo_ci.core.working_tree import owner_of


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("git@github.com:Somebody/todo.git", "somebody"),
        ("https://github.com/somebody/todo", "somebody"),
        ("https://token@github.com/somebody/todo.git", "somebody"),
        ("ssh://git@github.com/somebody/todo.git", "somebody"),
        ("/srv/todo.git", ""),
        ("", ""),
    ],
)
def test_the_owner_is_read_from_the_origin(url: str, owner: str) -> None:
    assert owner_of(url) == owner


def test_a_change_makes_the_tree_dirty(tmp_path: Path) -> None:
    def git(*argv: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(["git", "-C", tmp_path, *identity, *argv], check=True, capture_output=True)

    git("init")
    (tmp_path / "file").write_text("1")
    git("add", ".")
    git("commit", "-m", "one")
    clean = read_tree(tmp_path)
    assert (len(clean.commit), clean.dirty, clean.owner) == (40, False, "")
    (tmp_path / "new").write_text("2")
    assert read_tree(tmp_path).dirty
    assert read_tree(tmp_path).commit == clean.commit
    # Of a folder's app, what is beside the folder is no part.
    (tmp_path / "app").mkdir()
    below = read_tree(tmp_path / "app")
    assert (below.commit, below.dirty) == (clean.commit, False)
    (tmp_path / "app/new").write_text("3")
    assert read_tree(tmp_path / "app").dirty


def test_outside_a_repository_nothing_is_known(tmp_path: Path) -> None:
    tree = read_tree(tmp_path)
    assert (tree.commit, tree.dirty, tree.owner) == ("", False, "")
