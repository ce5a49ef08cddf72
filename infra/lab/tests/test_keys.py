"""What is built is built again when, and only when, what it is made from changed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from todo_lab.build import base_images, go_programs, system_images
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


def test_a_tool_is_built_again_for_other_sources_another_go_or_other_flags(tmp_path: Path):
    source = tree(tmp_path, {"go.mod": "module x"})
    first = go_programs.key(go_programs.KUBE, source, "go1.26.8")
    assert first == go_programs.key(go_programs.KUBE, source, "go1.26.8")
    assert first != go_programs.key(go_programs.KUBE, source, "go1.26.9")
    assert first != go_programs.key(replace(go_programs.KUBE, ldflags="-X a=b"), source, "go1.26.8")
    (source / "go.sum").write_text("new")
    assert first != go_programs.key(go_programs.KUBE, source, "go1.26.8")


def test_tools_of_one_module_do_not_share_a_key(tmp_path: Path):
    source = tree(tmp_path, {"go.mod": "module x"})
    made = {go_programs.key(tool, source, "go1.26.8") for tool in (*go_programs.LAB_TOOLS[:3],)}
    assert len(made) == 3


def test_a_base_image_is_made_again_when_its_packages_or_its_hook_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = base_images.layout(base_images.PYTHON)
    assert first == base_images.layout(base_images.PYTHON)
    assert first != base_images.layout(replace(base_images.PYTHON, packages=("python3",)))
    hooks = tmp_path / "hooks"
    shutil.copytree(base_images.HOOKS, hooks)
    monkeypatch.setattr(base_images, "HOOKS", hooks)
    assert first == base_images.layout(base_images.PYTHON), "another clone shares the cache"
    (hooks / "python.sh").write_text("true\n")
    assert first != base_images.layout(base_images.PYTHON)


def test_another_mirror_makes_another_base_image(monkeypatch: pytest.MonkeyPatch):
    first = base_images.layout(base_images.NODE)
    monkeypatch.setenv("TODO_LAB_DEBIAN_MIRROR", "http://mirror.example/debian")
    assert first != base_images.layout(base_images.NODE)


def test_the_images_of_the_cluster_do_not_run_as_root():
    for tool in system_images.SYSTEM.values():
        assert system_images.config(tool).user.split(":")[0].isdigit()
        assert system_images.config(tool).user != "0:0"
