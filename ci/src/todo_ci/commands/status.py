"""One screen: what runs, what is known about it, and who is changing it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from todo_ci.cluster import errors, kubectl, pods
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.pods import Component
from todo_ci.core.context import Context
from todo_ci.preflight import access
from todo_ci.project.current import release_name
from todo_ci.release import history
from todo_ci.release.revision import Revision
from todo_ci.reports.render import Block, Headline, Renderable, Table, Text
from todo_ci.rollout import lease

_HEADERS = ("component", "ready", "image", "restarts", "sidecars", "problem")


@dataclass(frozen=True, slots=True)
class Status(Renderable):
    """Hold what runs.

    Args:
        environment: where.
        revision: the newest revision, None when nothing is released.
        holder: who holds the deploy lock; empty when nobody does.
        components: the Deployments.
        containers: the app containers of their current templates.
        sidecars: the sidecars of the same pods.
        release: whose they are; that which the call is about.
    """

    environment: str
    revision: Revision | None
    holder: str
    components: tuple[Component, ...]
    containers: tuple[pods.Container, ...]
    sidecars: tuple[pods.Sidecar, ...] = ()
    release: str = field(default_factory=release_name)

    @property
    def headline(self) -> str:
        """Say in one line what runs and its verdict."""
        where = f"{self.release} on {self.environment}"
        if self.revision is None:
            return f"{where}: nothing is released"
        r = self.revision
        commit = f", commit {r.commit}" if r.commit else ""
        return f"{where}: revision {r.number} is {r.status}, {r.verdict}{commit}"

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(self.headline)
        if self.holder:
            yield Text(f"deploy lock: {self.holder}")
        if self.components:
            yield Table(_HEADERS, [self._row(component) for component in self.components])

    def _row(self, component: Component) -> tuple[str, str, str, int, str, str]:
        of_it = [c for c in self.containers if c.component == component.name]
        images = ", ".join(sorted({c.digest[:19] or c.image for c in of_it}))
        ready = f"{component.available}/{component.wanted}"
        restarts = sum(c.restarts for c in of_it)
        sidecars = self._sidecars(component.name)
        return component.name, ready, images, restarts, sidecars, component.problem

    def _sidecars(self, component: str) -> str:
        """Count the sidecars that serve, of those that should."""
        of_it = [s for s in self.sidecars if s.component == component and s.app_id]
        if not of_it:
            return "none"
        restarts = sum(sidecar.restarts for sidecar in of_it)
        again = f", {restarts} restarts" if restarts else ""
        return f"{sum(not sidecar.problem for sidecar in of_it)}/{len(of_it)}{again}"


async def status(context: Context) -> Status:
    """Look at the release.

    Raises:
        ClusterError: when the cluster cannot be asked.
    """
    await access.preflight(context)
    past = await history.load(context)
    listed, held = await side_by_side(
        context.shell,
        kubectl.get_release("deployments", "replicasets", "pods"),
        kubectl.get("lease", lease.name()),
    )
    if not listed.ok:
        raise errors.explain(listed, "listing the release's pods")
    items = kubectl.parse_items(listed.stdout)
    return Status(
        environment=context.target.environment,
        revision=past.latest,
        holder=lease.parse(held.stdout).holder if held.ok else "",
        components=pods.components(items),
        containers=pods.containers(items),
        sidecars=pods.sidecars(items),
    )
