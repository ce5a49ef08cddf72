"""What buildah would overlook is written out in the Dockerfile it reads."""

import pytest

from todo_ci.adapters.host.dockerfile import for_platform, with_arguments

VALUES = {"COMMIT": "abc1234"}


@pytest.mark.parametrize(
    ("line", "expanded"),
    [
        ("ENV TODO_COMMIT=$COMMIT", "ENV TODO_COMMIT=abc1234"),
        ('LABEL a="${COMMIT}" b=$COMMIT', 'LABEL a="abc1234" b=abc1234'),
        ("  env C=$COMMIT-x", "  env C=abc1234-x"),
        ("LABEL a=1 \\\n  b=2 \\\n  c=$COMMIT", "LABEL a=1 \\\n  b=2 \\\n  c=abc1234"),
    ],
)
def test_an_argument_is_written_out(line: str, expanded: str) -> None:
    assert with_arguments(f"ARG COMMIT\n{line}\n", VALUES) == f"ARG COMMIT\n{expanded}\n"


@pytest.mark.parametrize(
    "line",
    [
        "ENV A=$COMMITTER",
        "# LABEL $COMMIT",
        "RUN echo $COMMIT",
        "ENV A=1\nRUN echo $COMMIT",
        "ARG COMMIT",
    ],
)
def test_every_other_line_stays_as_it_is(line: str) -> None:
    assert with_arguments(f"{line}\n", VALUES) == f"{line}\n"


def test_a_stage_that_names_no_platform_gets_the_images() -> None:
    text = "FROM base:1 AS build\nRUN true\n  from scratch\nCOPY a b"
    assert for_platform(text, "linux/arm64").splitlines() == [
        "FROM --platform=linux/arm64 base:1 AS build",
        "ARG BUILT_FOR_LINUX_ARM64=1",
        "RUN true",
        "FROM --platform=linux/arm64 scratch",
        "ARG BUILT_FOR_LINUX_ARM64=1",
        "COPY a b",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "FROM --platform=$BUILDPLATFORM base AS build",
        "FROM  --platform=$BUILDPLATFORM base AS build",
        "# FROM base",
        "COPY --from=build a b",
        'RUN python -c "import os; \\\nfrom os import path"',
    ],
)
def test_a_stage_that_names_its_platform_keeps_it(line: str) -> None:
    assert for_platform(f"{line}\n", "linux/arm64") == f"{line}\n"
