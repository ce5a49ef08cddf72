"""A base image is of Debian's packages alone, and made again when what decides it changes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from todo_lab.build import base_images


def test_the_base_images_keep_nothing_of_this_machine_and_no_documentation():
    for base in base_images.ALL:
        argv = base_images.mmdebstrap_argv(base, Path("layer.tar"))
        assert '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname"' in argv
        assert "--dpkgopt=path-exclude=/usr/share/doc/*" in argv
        assert argv[-2:] == ["trixie", "layer.tar"]
        assert base.short in ("python", "node")


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
