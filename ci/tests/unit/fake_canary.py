"""An app's release before and after, what was measured of its canary, and a cluster for it."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from fake_cluster import FakeCluster
from fake_objects import images, ok

from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.project.canary import Canary, CanaryStep
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

Object = dict[str, Any]

LABELS = {"app.kubernetes.io/instance": "guestbook", "app.kubernetes.io/component": "web"}
OWN = {**LABELS, "app.kubernetes.io/instance": "guestbook-canary"}
POLICY = Canary("web", (CanaryStep(20, 10), CanaryStep(50, 10)))


def deployment(image: str = "old", **changes: Any) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "guestbook", "labels": LABELS},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": LABELS},
            "template": {
                "metadata": {"labels": LABELS},
                "spec": {"containers": [{"name": "web", "image": image}]},
            },
            **changes,
        },
    }


def service(**changes: Any) -> Object:
    ports = [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "guestbook", "labels": LABELS},
        "spec": {"type": "NodePort", "selector": LABELS, "ports": ports, **changes},
    }


def rule(**changes: Any) -> Object:
    return {
        "matches": [{"path": {"type": "PathPrefix", "value": "/guestbook"}}],
        "backendRefs": [{"name": "guestbook", "port": 80}],
        **changes,
    }


def route(*rules: Object) -> Object:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "guestbook", "labels": LABELS},
        "spec": {"parentRefs": [{"name": "web"}], "rules": list(rules or (rule(),))},
    }


def release(image: str = "old") -> list[Object]:
    return [service(), deployment(image), route()]


def measured(failed: int = 0, p95: float = 0.004, *, stable: int = 0, elsewhere: int = 0) -> str:
    """What the step prints: 200 requests a side, so many of which failed."""

    def side(lost: int, p95: float, other: int) -> Object:
        first = [{"at": "12:00:00", "path": "/", "reason": "status 500"}] if lost else []
        return {
            "answered": 200 - lost - other, "failed": lost, "elsewhere": other, "p95": p95,
            "first": first,
        }  # fmt: skip

    return json.dumps({"canary": side(failed, p95, elsewhere), "stable": side(stable, 0.004, 0)})


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
