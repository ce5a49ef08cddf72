"""Whatever an image is made from is in the digest of its sources, in whatever order it was said."""

from dataclasses import replace

import pytest

from todo_ci.components import build_inputs
from todo_ci.core.ports import ImageSpec

SPEC = ImageSpec("backend", ("linux/amd64", "linux/arm64"), {"SOURCE": "page", "SCHEMA_HEAD": "1"})
DIGEST = build_inputs.digest(SPEC, "c", "FROM scratch\n")


@pytest.mark.parametrize(
    "spec",
    [
        replace(SPEC, platforms=("linux/amd64",)),
        replace(SPEC, build_args={"SOURCE": "page", "SCHEMA_HEAD": "2"}),
    ],
)
def test_another_platform_or_argument_is_another(spec: ImageSpec) -> None:
    assert build_inputs.digest(spec, "c", "FROM scratch\n") != DIGEST


def test_so_is_another_file_or_base_image() -> None:
    assert build_inputs.digest(SPEC, "d", "FROM scratch\n") != DIGEST
    assert build_inputs.digest(SPEC, "c", "FROM python:3\n") != DIGEST


def test_an_order_makes_no_difference() -> None:
    turned = replace(
        SPEC,
        platforms=SPEC.platforms[::-1],
        build_args={"SCHEMA_HEAD": "1", "SOURCE": "page"},
    )
    assert build_inputs.digest(turned, "c", "FROM scratch\n") == DIGEST


def test_only_the_components_own_folder_is_read() -> None:
    step = build_inputs.step(SPEC)
    assert step.inputs == ("backend",)
    assert not step.network, "the same folder has the same digest"
