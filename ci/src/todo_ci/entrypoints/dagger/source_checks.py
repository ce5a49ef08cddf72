"""The verbs that check the sources alone: part of the table in ``main.py``."""

from collections.abc import Callable

import dagger

from todo_ci import commands
from todo_ci.core.steps import NamedStep, PlanResult, check_all
from todo_ci.entrypoints import options
from todo_ci.entrypoints.dagger import arguments
from todo_ci.entrypoints.dagger.opening import Opening
from todo_ci.entrypoints.dagger.results import Checked, Tests
from todo_ci.entrypoints.dagger.telling import (
    cached,
    checked,
    coverage,
    kept,
    rendered,
    uncached,
)


class SourceChecks(Opening):
    """The module's way to open contexts; the cache answers where no source changed."""

    @dagger.check
    @cached
    async def lint(self) -> Checked:
        """Check style, types and scripts of every part."""
        return checked((await self._check("lint", commands.ci.lint)).report)

    @dagger.check
    @cached
    async def test(self) -> Tests:
        """Run the tests of every component."""
        done = await self._check("test", commands.ci.test)
        texts = rendered(done.report)
        folder = kept(done.files)
        return Tests(**texts, coverage=coverage(folder, done.files), kept=folder)

    @dagger.check
    @cached
    async def chart(self) -> Checked:
        """Lint, render and package the chart for every environment."""
        return checked((await self._check("chart", commands.ci.chart)).report)

    # Each of its steps is cached; a failure that is returned as a result must not be.
    @uncached
    async def ci(
        self,
        *,
        platform: options.Platform = "linux/amd64",
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Check all that a pull request needs: lint, test, chart, and that the images build."""
        given = {"registry-password": registry_password}
        context, _ = await self._open(given=given, registry=registry, username=registry_username)
        return checked(await commands.ci.run(context, (platform,)))

    async def _check(self, title: str, plan: Callable[[], list[NamedStep]]) -> PlanResult:
        context, _ = await self._open()
        return await check_all(title, plan(), context.shell)
