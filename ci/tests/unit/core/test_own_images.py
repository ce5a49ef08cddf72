"""An own image is taken by its tag; any other is asked for by what was pinned."""

import pytest

from todo_ci.core.own_images import asked_for, read, with_own_images
from todo_ci.errors import InputError

DIGEST = f"sha256:{'0a' * 32}"
PYTHON = "docker.io/library/python:3.13"


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


@pytest.mark.parametrize("name", ["python:3.13", PYTHON])
def test_a_tool_image_is_asked_for_by_tag_where_it_is_an_own_one(name: str) -> None:
    pinned = f"{name}@{DIGEST}"
    assert asked_for(pinned, {PYTHON}) == name
    assert asked_for(pinned, {"docker.io/library/python:3.14"}) == pinned
    assert asked_for(pinned, ()) == pinned
    assert asked_for(name, {PYTHON}) == name


@pytest.mark.parametrize("text", ["", " ", ","])
def test_nothing_named_is_no_own_image(text: str) -> None:
    assert read(text, "--own-images") == frozenset()


def test_own_images_are_read_as_they_stand_in_the_tree() -> None:
    named = f"python:3.13, alpine/helm:4,gcr.io/a/b:v1@{DIGEST}"
    found = {PYTHON, "docker.io/alpine/helm:4", "gcr.io/a/b:v1"}
    assert read(named, "--own-images") == found


@pytest.mark.parametrize("wrong", ["python", "python:latest", "docker.io", "a:1@sha256:0"])
def test_what_is_no_image_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(InputError, match=f"--own-images: the image '{wrong}'"):
        read(f"python:3.13,{wrong}", "--own-images")
