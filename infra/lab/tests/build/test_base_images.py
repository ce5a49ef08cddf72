"""A base image is of Debian's packages alone, and made again when what decides it changes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from todo_lab.build import artifacts, base_images, base_images_arm64
from todo_lab.progress import Progress


def test_the_base_images_keep_nothing_of_this_machine_and_no_documentation():
    for base in base_images.ALL:
        argv = base_images.mmdebstrap_argv(base, Path("layer.tar"))
        assert '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname"' in argv
        assert "--dpkgopt=path-exclude=/usr/share/doc/*" in argv
        assert argv[-2:] == ["trixie", "layer.tar"]
        assert base.short in ("python", "node", "golang")


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


def test_what_only_builds_is_made_for_no_other_platform(monkeypatch: pytest.MonkeyPatch):
    asked: dict[str, bool] = {}

    def served(base: base_images.Base, _: Progress, *, foreign: bool) -> Path:
        asked[base.short] = foreign
        return Path()

    def nothing(*_: object) -> dict[str, Path]:
        return {}

    monkeypatch.setattr(base_images_arm64, "served", served)
    monkeypatch.setattr(artifacts, "_compile", nothing)
    for module, name in ((artifacts.kafka, "ensure"), (artifacts.dapr, "chart")):
        monkeypatch.setattr(module, name, nothing)
    for name in ("programs", "gateway_crds"):
        monkeypatch.setattr(artifacts.go_programs, name, nothing)
    artifacts.ensure(Progress(), foreign=True)
    assert asked == {"python": True, "node": True, "golang": False}


def test_another_mirror_makes_another_base_image(monkeypatch: pytest.MonkeyPatch):
    first = base_images.layout(base_images.NODE)
    monkeypatch.setenv("TODO_LAB_DEBIAN_MIRROR", "http://mirror.example/debian")
    assert first != base_images.layout(base_images.NODE)
