"""`./do pin` on a real registry: digests stand behind the tags, and nothing else has changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry_login import authfile
from registry_writer import push_image, push_index

PROGRAM = Path(__file__).resolve().parents[3] / "infra/scripts/pin_images.py"
WANTED = ("docker-registry", "htpasswd", "skopeo")
LACKING = [name for name in WANTED if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"needs {', '.join(LACKING)}")

DOCKERFILE = """\
# FROM python:3.13 is what this was.
FROM --platform=$BUILDPLATFORM python:3.13 AS build
RUN echo python:3.13
FROM python:3.13\r
COPY --from=build /a /b
COPY --from={host}/a/tool:v1 /tool /
"""
# Not in one piece, or it would be a constant of this file too.
CONSTANTS = (
    "# renovate: "
    """datasource=docker depName={host}/a/tool
TOOL = "{host}/a/tool:v1"  # stays
OTHER = "{host}/a/tool:v1"
"""
)
NAMES = ("web/Dockerfile", "images.py")


@dataclass(frozen=True)
class Tree:
    """Hold a repository whose images are in one registry, as Docker Hub's and by its own name."""

    folder: Path
    registry: Any
    environment: dict[str, str]

    def pin(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, PROGRAM, str(self.folder), *arguments],
            env=self.environment, capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.format(host=self.registry.host).encode())

    def texts(self) -> list[str]:
        return [(self.folder / name).read_bytes().decode() for name in NAMES]


@pytest.fixture
def tree(registry: Any, tmp_path: Path, settings: Callable[..., Path]) -> Generator[Tree]:
    subprocess.run(["git", "init", "--quiet", tmp_path / "tree"], check=True)
    with authfile(registry.host, registry.user, registry.password) as login:
        environment = os.environ | {
            "CONTAINERS_REGISTRIES_CONF": str(settings()), "REGISTRY_AUTH_FILE": login
        }  # fmt: skip
        made = Tree(tmp_path / "tree", registry, environment)
        made.write("web/Dockerfile", DOCKERFILE)
        made.write("images.py", CONSTANTS)
        yield made


@pytest.fixture
def settings(registry: Any, tmp_path: Path) -> Callable[..., Path]:
    """Write what says which registry stands in for Docker Hub, and which images are own."""

    def write(*own: str) -> Path:
        path = tmp_path / "registries.conf"
        path.write_text(
            f'[[registry]]\nlocation = "docker.io"\n[[registry.mirror]]\n'
            f'location = "{registry.host}"\ninsecure = true\n'
            f'[[registry]]\nlocation = "{registry.host}"\ninsecure = true\n'
            f"[todo-ci]\nown-images = {json.dumps(own)}\n"
        )
        return path

    return write


@pytest.fixture
def digests(registry: Any) -> list[str]:
    """Push the images, and return their digests: of the index, where there is one."""
    index = push_index(registry, "library/python", {"amd64": "amd64", "arm64": "arm64"}, tag="3.13")
    return [index, push_image(registry, "a/tool", "tool", tag="v1")]


def pinned(digests: list[str], texts: list[str]) -> list[str]:
    """Return the texts as they have to be."""
    python, tool = digests
    dockerfile, constants = texts
    dockerfile = dockerfile.replace("python:3.13 AS", f"python:3.13@{python} AS")
    dockerfile = dockerfile.replace("python:3.13\r", f"python:3.13@{python}\r")
    dockerfile = dockerfile.replace("v1 /tool", f"v1@{tool} /tool")
    return [dockerfile, constants.replace('v1"  # stays', f'v1@{tool}"  # stays')]


def test_digests_are_written_behind_tags_and_renewed(tree: Tree, digests: list[str]) -> None:
    before = tree.texts()
    assert tree.pin("--check").returncode == 1
    assert tree.texts() == before
    done = tree.pin()
    assert done.returncode == 0, done.stderr
    wanted = pinned(digests, before)
    assert tree.texts() == wanted
    assert f"web/Dockerfile:2: python:3.13: no digest → {digests[0]}" in done.stdout
    assert tree.pin("--check").returncode == 0
    assert tree.pin().stdout == ""

    new = push_image(tree.registry, "a/tool", "tool, repaired", tag="v1")
    outdated = tree.pin("--check")
    assert outdated.returncode == 1
    places = [line for line in outdated.stderr.splitlines() if f"{digests[1]} → {new}" in line]
    assert [line.partition(": ")[0] for line in places] == ["images.py:2", "web/Dockerfile:6"]
    assert tree.texts() == wanted
    assert tree.pin().returncode == 0
    assert tree.texts() == [text.replace(digests[1], new) for text in wanted]


def test_check_names_each_image_that_has_no_digest(tree: Tree, digests: list[str]) -> None:
    said = tree.pin("--check").stderr.splitlines()
    assert [line.partition(": ")[0] for line in said] == [
        "images.py:2", "web/Dockerfile:2", "web/Dockerfile:4", "web/Dockerfile:6", "next"
    ]  # fmt: skip
    assert said[-1] == "next: ./do pin"


@pytest.mark.parametrize("flags", [(), ("--check",)])
def test_a_tag_that_is_not_there_is_named_and_nothing_is_written(
    flags: tuple[str, ...], tree: Tree, digests: list[str]
) -> None:
    tree.write("images.py", CONSTANTS.replace("tool:v1", "tool:gone"))
    before = tree.texts()
    done = tree.pin(*flags)
    assert done.returncode == 2
    named = f"{tree.registry.host}/a/tool:gone"
    assert f"images.py:2: the registry does not tell the digest of {named}" in done.stderr
    assert "manifest unknown" in done.stderr
    assert "next: skopeo inspect --raw" in done.stderr
    assert tree.texts() == before


def test_a_registry_that_does_not_answer_is_named_and_nothing_is_written(
    tree: Tree, digests: list[str], free_address: Callable[[], str]
) -> None:
    nobody = free_address()
    tree.write("images.py", CONSTANTS.replace("{host}", nobody))
    before = tree.texts()
    done = tree.pin()
    assert done.returncode == 2
    assert f"the registry does not tell the digest of {nobody}/a/tool:v1" in done.stderr
    assert tree.texts() == before


@pytest.mark.parametrize(
    ("image", "wrong"),
    [
        ("python", "has no tag of a version"),
        ("python:latest", "has no tag of a version"),
        ("$BASE", "has no tag of a version"),
        (f"python:3.13@sha256:{'0' * 63}", "has no digest behind its @"),
        (f"python:3.13@sha256:{'g' * 64}", "has no digest behind its @"),
    ],
)
def test_what_does_not_say_which_image_is_refused(
    image: str, wrong: str, tree: Tree, digests: list[str]
) -> None:
    tree.write("web/Dockerfile", f"FROM {image}\n")
    before = tree.texts()
    for flags in ((), ("--check",)):
        done = tree.pin(*flags)
        assert done.returncode == 2
        assert f"web/Dockerfile:1: the image {image!r} {wrong}" in done.stderr
        assert tree.texts() == before


def test_a_machines_own_image_lends_nobody_its_digest(
    tree: Tree, digests: list[str], settings: Callable[..., Path]
) -> None:
    settings("docker.io/library/python:3.13")
    before = tree.texts()
    done = tree.pin()
    assert done.returncode == 2
    assert "python:3.13 is an image of this machine's own" in done.stderr
    assert "next: unset CONTAINERS_REGISTRIES_CONF" in done.stderr
    assert tree.texts() == before


def test_a_folder_of_no_repository_is_refused(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    elsewhere = Tree(tmp_path / "bare", tree.registry, tree.environment)
    done = elsewhere.pin()
    assert done.returncode == 2
    assert f"{elsewhere.folder} is no folder of a git repository" in done.stderr
