"""A cluster in memory whose gateway shares requests out, and a deploy to it."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from fake_canary import measured, release
from fake_cluster import FakeCluster
from fake_objects import images, ok

from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release


@dataclass
class Canaries(FakeCluster):
    """A cluster whose gateway shares requests out."""

    found: list[str] = field(default_factory=list[str])  # what is measured, in turn
    behind: str = ""  # what a killed call left
    weights: list[int] = field(default_factory=list[int])
    applied: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    argv: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    rendered: str = "new"
    wanted: bool = True

    def context(self, *secrets: str) -> Context:
        context = super().context(*secrets)
        return replace(context, target=replace(context.target, canary=self.wanted))

    def _answer(self, name: str, step: Step) -> Result:
        match name:
            case "names":
                return ok(self.behind)
            case "manifest":
                return ok(yaml.safe_dump_all(release()))
            case "template":
                return ok(yaml.safe_dump_all(release(self.rendered)))
            case "canary make":
                self.argv[name] = step.argv
                return ok()
            case "canary weigh" | "canary back":
                (route,) = json.loads(step.files["routes.json"])["items"]
                self.applied.append(route)
                refs = route["spec"]["rules"][0]["backendRefs"]
                self.weights.append(refs[1]["weight"] if len(refs) > 1 else 0)
                return ok()
            case "measure" if step.argv[step.argv.index("--seconds") + 1] == "0":
                self.ran[-1] = "reach"
                return ok(measured(200))
            case "measure":
                self.argv[name] = step.argv
                return ok(self.found.pop(0) if self.found else measured())
            case "logs":
                return ok("[pod/guestbook-canary-1] one in ten fails\n")
            case _:
                return super()._answer(name, step)


def seeded(**given: Any) -> Canaries:
    cluster = Canaries(**given)
    cluster.seed("r1-passed")
    return cluster


async def run(cluster: Canaries, number: int = 9, *, dry_run: bool = False) -> ReleaseResult:
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url="http://app.test", lock_timeout=0, dry_run=dry_run),
        images=images(number),
        commit="abc",
    )


def rows(done: ReleaseResult) -> dict[str, str]:
    return {check.name: check.status for check in done.report.checks}
