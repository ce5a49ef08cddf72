"""Renovate raises every version that has a line for it, and keeps the digests behind the tags."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from todo_ci import tool_images
from todo_ci.core.image_names import ImageName
from todo_ci.errors import InputError
from todo_lab import versions

import pin_images

ROOT = Path(__file__).parents[3]
SETTINGS: dict[str, Any] = json.loads((ROOT / "renovate.json").read_text())
DIGEST, NEWER = f"sha256:{'0a' * 32}", f"sha256:{'1b' * 32}"
# What `./do pin` writes to, and nothing else of this repository.
NAMING_IMAGES = [
    "backend/Dockerfile",
    "ci/pyproject.toml",
    "ci/src/todo_ci/tool_images.py",
    "examples/guestbook/web/Dockerfile",
    "frontend/Dockerfile",
]


@dataclass(frozen=True)
class Manager:
    """Do what Renovate does with a custom manager of regular expressions."""

    settings: dict[str, Any]

    def looks_at(self, file: str) -> bool:
        return any(re.search(it.strip("/"), file) for it in self.settings["managerFilePatterns"])

    def extract(self, text: str) -> list[dict[str, str]]:
        """Return the groups of each version; what would be written anew is `replaceString`."""
        patterns = [it.replace("(?<", "(?P<") for it in self.settings["matchStrings"]]
        if self.settings.get("matchStringsStrategy") == "recursive":
            return list(self._below(text, patterns, {}))
        return [found for it in patterns for found in self._below(text, [it], {})]

    def _below(
        self, text: str, patterns: list[str], above: dict[str, str]
    ) -> Iterator[dict[str, str]]:
        if not patterns:
            yield {**above, "replaceString": text}
            return
        for match in re.finditer(patterns[0], text):
            named = {name: value for name, value in match.groupdict().items() if value}
            yield from self._below(match[0], patterns[1:], above | named)

    def raised(self, text: str, value: str, digest: str) -> str:
        """Write a new value and digest by the template, as Handlebars fills it in."""
        (found,) = self.extract(text)
        new = re.sub(
            r"\{\{#if newDigest\}\}(.*?)\{\{/if\}\}",
            r"\1" if digest else "",
            self.settings["autoReplaceStringTemplate"],
        )
        for name, filled in {**found, "newValue": value, "newDigest": digest}.items():
            new = new.replace(f"{{{{{{{name}}}}}}}", filled)
        return text.replace(found["replaceString"], new)


MANAGERS = [Manager(it) for it in SETTINGS["customManagers"]]
(OF_IMAGES,) = (it for it in MANAGERS if "autoReplaceStringTemplate" in it.settings)


@cache
def lines_for_renovate(datasource: str) -> dict[str, int]:
    """Count those lines in each file of the repository."""
    ask = ["git", "-C", str(ROOT), "grep", "--count", f"^ *# renovate: datasource={datasource}"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    counted = (line.rpartition(":") for line in answer.splitlines())
    return {file: int(number) for file, _, number in counted}


def test_renovate_reads_every_version_that_has_a_line_for_it() -> None:
    found: list[str] = []
    for file, number in lines_for_renovate("").items():
        text = (ROOT / file).read_text()
        matches = [it for one in MANAGERS if one.looks_at(file) for it in one.extract(text)]
        assert len(matches) == number, f"of {file} only {[it['depName'] for it in matches]}"
        found += [it["currentValue"] for it in matches]
    named = (ImageName.parse(it, "").tag for it in (tool_images.KUBECTL, tool_images.PYTHON))
    assert {*named, versions.KAFKA} <= set(found)


def test_renovate_and_the_command_know_the_same_images() -> None:
    assert "docker:pinDigests" in SETTINGS["extends"]
    files = {it.path: it for it in pin_images.read(ROOT)}
    assert sorted(files) == NAMING_IMAGES
    for path, number in lines_for_renovate("docker").items():
        found = [f"{it['depName']}:{it['currentValue']}" for it in by_renovate(path)]
        known = [ImageName.parse(it, place).by_tag for it, place in files[path].places()]
        assert found == known
        assert len(found) == number, path
        # The line above says so as well, for whoever reads it.
        said = re.findall(r"datasource=docker depName=(\S+)", files[path].text)
        assert said == [it["depName"] for it in by_renovate(path)]


def by_renovate(path: str) -> list[dict[str, str]]:
    assert OF_IMAGES.looks_at(path), f"{path} is not looked at"
    return OF_IMAGES.extract((ROOT / path).read_text())


@pytest.mark.parametrize("old", ["", f"@{DIGEST}"])
@pytest.mark.parametrize("image", ["python", "host:5000/a/b"])
def test_renovate_writes_a_digest_and_renews_it(image: str, old: str) -> None:
    text = f'# renovate: datasource=docker depName={image}\nTOOL = "{image}:1{old}"  # stays\n'
    for value, digest in (("1", NEWER), ("2", NEWER), ("2", "")):
        named = str(ImageName(image, value, digest))
        assert OF_IMAGES.raised(text, value, digest) == text.replace(f"{image}:1{old}", named)


@pytest.mark.parametrize("image", ["python", "host:5000/python", f"python:1@{DIGEST[:-1]}"])
def test_renovate_takes_nothing_that_says_not_which_image(image: str) -> None:
    assert OF_IMAGES.extract(f'# renovate: datasource=docker depName=x\nTOOL = "{image}"\n') == []


def test_renovate_looks_at_every_file_that_names_images() -> None:
    assert [it for it in NAMING_IMAGES if ignored(it, SETTINGS["ignorePaths"])] == []
    # Its pattern for Dockerfiles fits what is none.
    named_alike = "ci/src/todo_ci/adapters/host/dockerfile.py"
    assert (ROOT / named_alike).is_file()
    assert ignored(named_alike, SETTINGS["dockerfile"]["ignorePaths"])


def ignored(path: str, patterns: list[str]) -> bool:
    return any(fnmatch(f"/{path}", it.replace("**", "*")) for it in patterns)


def unpinned(folder: Path) -> list[str]:
    """Name the images of a tree that do not say to the byte which they are."""
    wrong: list[str] = []
    for file in pin_images.read(folder):
        for image, place in file.places():
            try:
                if not ImageName.parse(image, place).digest:
                    wrong.append(f"{place}: the image {image!r} has no digest; next: ./do pin")
            except InputError as error:
                wrong.append(error.problem)
    return wrong


def test_every_base_and_tool_image_has_a_tag_of_a_version_and_a_digest() -> None:
    assert unpinned(ROOT) == []


@pytest.mark.parametrize(
    "image", ["python", "python:latest", "python:3.13", f"python:3.13@{DIGEST[:-1]}"]
)
def test_an_image_that_may_be_any_is_named(image: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "Dockerfile").write_text(f"FROM {image}\nFROM python:3.13@{DIGEST}\n")
    mark = "# renovate: datasource=docker depName=python"
    (tmp_path / "images.py").write_text(f'{mark}\nTOOL = "{image}"\n')
    first, second = unpinned(tmp_path)
    assert f"Dockerfile:1: the image {image!r}" in first
    assert f"images.py:2: the image {image!r}" in second
