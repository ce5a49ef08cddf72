"""A key is the same for the same content, wherever it is, and another after any change."""

from pathlib import Path

import pytest

from todo_lab.build.cache_keys import cache_key, tree_key


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_same_tree_elsewhere_has_the_same_key(tmp_path: Path):
    files = {"go.mod": "module x", "sub/main.go": "package main"}
    assert tree_key(tree(tmp_path / "a", files)) == tree_key(tree(tmp_path / "b", files))


@pytest.mark.parametrize(
    "files",
    [
        {"go.mod": "module y", "main.go": "package main"},
        {"go.mod": "module x", "other.go": "package main"},
        {"go.mod": "module x"},
        {"go.mod": "module x", "main.go": "package main", "new.go": ""},
    ],
    ids=["content", "name", "less", "more"],
)
def test_any_change_of_a_tree_changes_its_key(tmp_path: Path, files: dict[str, str]):
    first = tree(tmp_path / "a", {"go.mod": "module x", "main.go": "package main"})
    assert tree_key(first) != tree_key(tree(tmp_path / "b", files))


def test_borders_between_parts_count():
    assert cache_key("ab", "c") != cache_key("a", "bc")
