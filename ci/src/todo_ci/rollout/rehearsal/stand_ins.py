"""Shells that stand before the real one in a rehearsal: another chart, or a verdict that fails."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from todo_ci.cluster import helm
from todo_ci.core.ports import Result, Shell, Step

BROKEN = "the rehearsal calls this release broken"


@dataclass(frozen=True, slots=True)
class OtherChart:
    """Run steps with the files of another chart in place of the tree's."""

    shell: Shell
    files: Mapping[str, str]

    async def run(self, step: Step) -> Result:
        """Run a step."""
        if helm.CHART not in step.inputs:
            return await self.shell.run(step)
        inputs = tuple(name for name in step.inputs if name != helm.CHART)
        chart = {f"{helm.CHART}/{name}": text for name, text in self.files.items()}
        return await self.shell.run(replace(step, inputs=inputs, files={**step.files, **chart}))


@dataclass(slots=True)
class CalledBroken:
    """Let the tests of a release fail once helm has made it, until it is rolled back.

    No chart has to know of it, and it is the hardest fault to return from: every pod of the new
    release serves by then.
    """

    shell: Shell
    is_broken: bool = False

    async def run(self, step: Step) -> Result:
        """Run a step."""
        if self.is_broken and step.argv[:2] == ("helm", "test"):
            return Result(1, "", f"Error: {BROKEN}", 0)
        result = await self.shell.run(step)
        if "upgrade" in step.argv or "rollback" in step.argv:
            self.is_broken = "upgrade" in step.argv and result.ok
        return result
