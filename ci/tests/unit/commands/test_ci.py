"""Everything a pull request needs is one report, which shows all faults at once."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from todo_ci.commands import build, ci
from todo_ci.core.context import Context
from todo_ci.core.ports import BuiltImage, ImageSpec, Result, Step
from todo_ci.environments import target
from todo_ci.errors import ToolError
from todo_ci.reports.report import CheckStatus, Report

PLATFORMS = ("linux/amd64",)


@dataclass
class Parts:
    """Both ports: steps fail that ``fails`` names, images of the components in ``unbuildable``."""

    fails: Callable[[Step], bool] = lambda _: False
    unbuildable: tuple[str, ...] = ()
    specs: list[ImageSpec] = field(default_factory=list[ImageSpec])

    async def run(self, step: Step) -> Result:
        return Result(int(self.fails(step)), "what the tool said", "", 0.1)

    async def build(self, spec: ImageSpec) -> BuiltImage:
        self.specs.append(spec)
        if spec.component in self.unbuildable:
            raise ToolError(f"cannot build the image of {spec.component}", next_step="read it")
        return BuiltImage(spec.component, spec.platforms, "handle")

    async def push(self, image: BuiltImage, reference: str) -> str:
        raise AssertionError((image, reference))

    async def resolve(self, reference: str) -> str | None:
        raise AssertionError(reference)

    async def dockerfile(self, spec: ImageSpec) -> str:
        raise AssertionError(spec)

    async def tag(self, reference: str, tag: str) -> None:
        raise AssertionError((reference, tag))


async def checked(parts: Parts) -> Report:
    context = Context(parts, parts, target("local"))
    return await ci.run(context, PLATFORMS)


def failed(report: Report) -> list[str]:
    return [check.name for check in report.checks if check.status is CheckStatus.FAILED]


async def test_it_is_every_check_and_both_images() -> None:
    report = await checked(Parts())
    names = [check.name for check in report.checks]
    for named in (*ci.lint(), *ci.test()):
        assert named.name in names
    assert "chart: package" in names
    assert names[-2:] == ["image: backend", "image: frontend"]
    assert len(names) == len(set(names))
    assert report.passed


async def test_every_fault_is_in_the_one_report() -> None:
    parts = Parts(lambda step: "ruff check" in step.argv[-1], unbuildable=("backend",))
    report = await checked(parts)
    assert not report.passed
    assert {"backend: ruff", "ci: ruff", "infra: ruff", "image: backend"} <= set(failed(report))
    assert "image: frontend" not in failed(report)
    image = next(check for check in report.checks if check.name == "image: backend")
    assert "cannot build the image of backend" in image.evidence
    assert image.next_step == "read it"


@pytest.mark.parametrize("component", ["backend", "frontend"])
async def test_an_image_that_does_not_build_fails_it(component: str) -> None:
    report = await checked(Parts(unbuildable=(component,)))
    assert failed(report) == [f"image: {component}"]


async def test_what_a_release_alone_reads_builds_nothing_new() -> None:
    parts = Parts()
    await checked(parts)
    expected = build.specs(PLATFORMS, {})
    assert {spec.component: spec for spec in parts.specs} == expected
