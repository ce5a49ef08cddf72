"""A name says which image it is: by a tag of a version, and by a whole digest where it has one."""

import pytest

from todo_ci.core.image_names import (
    ImageName,
    address,
    in_constants,
    in_dockerfile,
    is_pinned,
    require_digest,
    rewrite,
)
from todo_ci.errors import InputError

DIGEST = f"sha256:{'0a' * 32}"


@pytest.mark.parametrize("name", ["python:3.13", "localhost:5000/a/b:v1", "ghcr.io/a/b_c:1.2-x"])
def test_a_name_is_read_with_a_digest_and_without(name: str) -> None:
    for text, digest in ((name, ""), (f"{name}@{DIGEST}", DIGEST)):
        read = ImageName.parse(text, "Dockerfile")
        assert (read.by_tag, read.digest, str(read)) == (name, digest, text)


@pytest.mark.parametrize(
    "text",
    [
        "python",
        f"python@{DIGEST}",
        "python:latest",
        f"python:latest@{DIGEST}",
        "localhost:5000/python",
        "python:$VERSION",
        "$BASE",
        "Python:3.13",
        "https://ghcr.io/a:1",
        "",
    ],
)
def test_what_does_not_say_which_image_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError) as refused:
        ImageName.parse(text, "web/Dockerfile:3")
    assert f"web/Dockerfile:3: the image {text!r} has no tag of a version" in str(refused.value)
    assert "NAME:TAG@sha256:<64 hex digits>" in refused.value.accepted


@pytest.mark.parametrize(
    "digest",
    ["", DIGEST[:-1], f"{DIGEST}0", DIGEST.replace("a", "g"), DIGEST.upper(), DIGEST[7:], "sha256"],
)
def test_what_is_no_digest_is_refused_by_name(digest: str) -> None:
    text = f"python:3.13@{digest}"
    for refuse in (require_digest, ImageName.parse):
        with pytest.raises(InputError, match="has no digest behind its @") as refused:
            refuse(text, "Dockerfile")
        assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("python:3.13", "docker.io/library/python:3.13"),
        ("alpine/helm:4", "docker.io/alpine/helm:4"),
        ("docker.io/alpine/helm:4", "docker.io/alpine/helm:4"),
        ("gcr.io/a/b:4", "gcr.io/a/b:4"),
        ("host:5000/b:4", "host:5000/b:4"),
        ("localhost/b:4", "localhost/b:4"),
    ],
)
def test_docker_hub_need_not_be_said(name: str, whole: str) -> None:
    assert address(name) == whole


DOCKERFILE = f"""\
# FROM commented:1
ARG BUILDPLATFORM
FROM --platform=$BUILDPLATFORM golang:1.26@{DIGEST} AS Build
RUN <<EOF python
from os import path
EOF
COPY --chown=1:1 --from=ghcr.io/a/tools:2 /bin/tool /bin/
COPY . /src
from build AS again
COPY --from=0 /a /b
FROM scratch
COPY --from=build /src /src
COPY --from=again /src /src
"""


def images(text: str) -> list[str]:
    return [it.image for it in in_dockerfile(text)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_dockerfile_names_what_its_stages_begin_with_and_copy_from(end: str) -> None:
    text = DOCKERFILE.replace("\n", end)
    assert images(text) == [f"golang:1.26@{DIGEST}", "ghcr.io/a/tools:2"]


def test_a_stage_is_known_from_its_line_on() -> None:
    assert images("FROM web AS web\nFROM web\n") == ["web"]


def test_a_constant_is_found_by_the_line_above_it() -> None:
    mark = "# renovate: datasource={} depName=x\n"
    text = (
        f'{mark.format("docker")}A = "x:1"\nB = "y:1"\n{mark.format("pypi")}C = "2"\n'
        f'[tool]\n{mark.format("docker")}base-image = "x:1@{DIGEST}"\n'
    )
    assert [it.image for it in in_constants(text)] == ["x:1", f"x:1@{DIGEST}"]


def test_another_name_leaves_all_else_as_it_is() -> None:
    text = "FROM a:1\nFROM --platform=x  a:1  AS a\n# a:1\nRUN a:1\n"
    new = rewrite(text, in_dockerfile(text), lambda image: f"{image}.2")
    assert new == "FROM a:1.2\nFROM --platform=x  a:1.2  AS a\n# a:1\nRUN a:1\n"


@pytest.mark.parametrize(
    ("dockerfile", "pinned"),
    [
        ("FROM scratch\nCOPY a /a\n", True),
        (f"FROM python:3.13@{DIGEST} AS build\nFROM scratch\nCOPY --from=build /a /a\n", True),
        (f"FROM python:3.13@{DIGEST}\nCOPY --from=alpine/helm:4 /helm /helm\n", False),
        (f"FROM python:3.13@{DIGEST} AS build\nFROM node:24\n", False),
        (f"ARG BASE=python:3.13@{DIGEST}\nFROM $BASE\n", False),
        (f"FROM python:3.13@{DIGEST[:-1]}\n", False),
        (f"FROM python:3.13@{DIGEST}\nRUN --mount=type=bind,from=uv:0.13,target=/uv /uv\n", False),
        (f"FROM python:3.13@{DIGEST}\nRUN --mount=from=uv:0.13@{DIGEST},target=/uv /uv\n", True),
        (f"FROM a:1@{DIGEST} AS Tools\nFROM b:1@{DIGEST}\nRUN --mount=from=tools /uv\n", True),
        (f"FROM a:1@{DIGEST}\nRUN --mount=type=cache,target=/root/from=a make\n", True),
    ],
)
def test_a_dockerfile_is_pinned_where_each_of_its_images_is(dockerfile: str, pinned: bool) -> None:
    assert is_pinned(dockerfile) == pinned
