"""What an upgrade releases, and how helm is told: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from todo_ci.cluster import helm, render
from todo_ci.core.context import Context
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Step
from todo_ci.reports.report import Check
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.standing import Standing


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """Hold what was asked for, and what preflight found out about it."""

    request: DeployRequest
    images: ImageRefs
    commit: str
    schema: DatabaseSchema | None = None
    adopt: tuple[str, ...] = ()
    commits: Mapping[str, str] = field(default_factory=dict[str, str])

    def after(self, standing: Standing) -> "UpgradePlan":
        """Say what each image was first released from, by what serves before it."""
        return replace(self, commits=standing.commits_with(self.images, self.commit))

    def command(self, context: Context) -> tuple[str, ...]:
        """Return the helm command that releases it."""
        return helm.upgrade(
            context.target,
            self.commit,
            self.schema,
            overlay=bool(self.request.overlay),
            adopt=bool(self.adopt),
        )

    def rendering(self, context: Context) -> Step:
        """Return the step that prints what the command would apply."""
        request = self.request
        return render.rendering(context, self.images, request.overlay, request.url, self.commits)

    def values(self, context: Context) -> dict[str, str]:
        """Return the files of values that it reads."""
        request, own = self.request, context.target.values
        return helm.value_files(self.images, request.url, request.overlay, self.commits, own)

    def adoption(self) -> Check:
        """Say what the release takes over."""
        found = f"{', '.join(self.adopt)}: applied by hand, the release's own from now on"
        return Check.passed("ownership", found)
