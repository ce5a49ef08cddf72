"""The verbs that check the sources alone: part of the table in ``cli.py``."""

from collections.abc import Callable

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.core.steps import NamedStep, check_all
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import references
from todo_ci.entrypoints.cli.checkout import Checkout
from todo_ci.reports.report import Report


async def lint() -> Report:
    """Check style, types and scripts of every part."""
    return await _check("lint", commands.ci.lint)


async def test() -> Report:
    """Run the tests of every component."""
    return await _check("test", commands.ci.test)


async def chart() -> Report:
    """Lint, render and package the chart for every environment."""
    return await _check("chart", commands.ci.chart)


async def ci(
    *,
    platform: options.Platform = "linux/amd64",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
) -> Report:
    """Check all that a pull request needs: lint, test, chart, and that the images build."""
    checkout = Checkout.here()
    with open_host_context(
        checkout.root,
        secrets={"registry-password": registry_password},
        registry=registry,
        username=registry_username,
    ) as context:
        return await commands.ci.run(context, (platform,))


async def _check(title: str, plan: Callable[[], list[NamedStep]]) -> Report:
    with open_host_context(Checkout.here().root) as context:
        return (await check_all(title, plan(), context.shell)).report


def add_to(app: App) -> None:
    """Make them commands."""
    for verb in (lint, test, chart, ci):
        app.command(verb)
