"""The checks of a pull request: the plan of each verb, and all of them at once."""

import time
from functools import partial

from todo_ci.commands import build
from todo_ci.components import chart as charts
from todo_ci.components import source_checks
from todo_ci.core.context import Context
from todo_ci.core.ports import Images, ImageSpec
from todo_ci.core.steps import NamedStep, check_all, gather
from todo_ci.errors import PipelineError
from todo_ci.reports.report import Check, Report


def lint() -> list[NamedStep]:
    """Plan the style, types and scripts of every part."""
    return source_checks.required("lint")


def test() -> list[NamedStep]:
    """Plan the tests of every part."""
    return source_checks.required("test")


def chart() -> list[NamedStep]:
    """Plan the chart's checks and its package."""
    return charts.check()


async def run(context: Context, platforms: tuple[str, ...]) -> Report:
    """Check everything and build all images, side by side, so that one run shows all faults.

    The images do not say their schema here: nothing is built again for what only a release reads.
    """
    plan = [*source_checks.plan("lint"), *source_checks.plan("test"), *chart()]
    calls = {
        "": partial(_checks, plan, context),
        **{
            name: partial(_image, context.images, spec)
            for name, spec in build.specs(platforms, {}).items()
        },
    }
    done = await gather(calls)
    return Report("ci", tuple(check for name in calls for check in done[name]))


async def _checks(plan: list[NamedStep], context: Context) -> tuple[Check, ...]:
    return (await check_all("ci", plan, context.shell)).report.checks


async def _image(images: Images, spec: ImageSpec) -> tuple[Check, ...]:
    name, start = f"image: {spec.component}", time.monotonic()
    try:
        built = await images.build(spec)
    except PipelineError as error:
        seconds = time.monotonic() - start
        return (Check.failed(name, error.problem, error.next_step, seconds),)
    seconds = time.monotonic() - start
    return (Check.passed(name, ", ".join(built.platforms), seconds),)
