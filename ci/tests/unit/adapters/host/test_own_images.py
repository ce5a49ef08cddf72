"""A machine's own image is taken by its tag; any other is asked for by what was pinned."""

from pathlib import Path

import pytest

from todo_ci.adapters.host.own_images import own_images, with_own_images
from todo_ci.errors import InputError

DIGEST = f"sha256:{'0a' * 32}"
PYTHON = "docker.io/library/python:3.13"
VARIABLE = "CONTAINERS_REGISTRIES_CONF"


@pytest.mark.parametrize("name", ["python:3.13", "library/python:3.13", PYTHON])
def test_the_digest_of_an_own_image_is_left_out(name: str) -> None:
    pinned = f"{name}@{DIGEST}"
    text = f"FROM --platform=$BUILDPLATFORM {pinned} AS build\nCOPY --from={pinned} a b\n"
    assert with_own_images(text, {PYTHON}, "Dockerfile") == text.replace(f"@{DIGEST}", "")


@pytest.mark.parametrize(
    "name", ["python:3.14", "somebody/python:3.13", "ghcr.io/library/python:3.13", "python"]
)
def test_any_other_digest_is_kept(name: str) -> None:
    text = f"FROM {name}@{DIGEST}\n"
    assert with_own_images(text, {PYTHON}, "Dockerfile") == text


def test_on_a_machine_without_own_images_every_digest_is_kept() -> None:
    text = f"FROM python:3.13@{DIGEST}\n"
    assert with_own_images(text, (), "Dockerfile") == text


@pytest.mark.parametrize("image", ["python:3.13", "python", "python:latest", "$BASE", "a:1@$PIN"])
def test_what_is_not_pinned_is_left_to_the_builder(image: str) -> None:
    assert with_own_images(f"FROM {image}\n", {PYTHON}, "Dockerfile") == f"FROM {image}\n"


@pytest.mark.parametrize("digest", [DIGEST[:-1], DIGEST.replace("a", "g"), "sha256:", ""])
def test_what_is_no_digest_is_refused_by_name(digest: str) -> None:
    for image in (f"python:3.13@{digest}", f"other:1@{digest}"):
        with pytest.raises(InputError) as refused:
            with_own_images(f"FROM {image}\n", {PYTHON}, "web/Dockerfile")
        assert f"web/Dockerfile: the image {image!r}" in str(refused.value)


def test_the_file_that_says_where_images_are_says_which_are_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "registries.conf"
    monkeypatch.setenv(VARIABLE, str(file))
    file.write_text(f'[[registry]]\nlocation = "a"\n[todo-ci]\nown-images = ["{PYTHON}"]\n')
    assert own_images() == {PYTHON}
    for text in ('[[registry]]\nlocation = "a"\n', "no = [toml"):
        file.write_text(text)
        assert own_images() == frozenset()
    file.unlink()
    assert own_images() == frozenset()


def test_nobody_says_so_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert own_images() == frozenset()
