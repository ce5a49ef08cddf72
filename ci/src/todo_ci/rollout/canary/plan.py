"""What a canary is made of, and what it stands beside: pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from todo_ci.cluster.kubectl import Object
from todo_ci.errors import InputError
from todo_ci.plugins.installed import PLUGINS
from todo_ci.project.canary import Canary
from todo_ci.rollout.canary import objects, routes
from todo_ci.rollout.canary.names import COMPONENT
from todo_ci.scripts.kube_objects import part

# What pods do not start without.
_READ = ("ConfigMap", "PersistentVolumeClaim", "Secret", "ServiceAccount")
_OFF = "take canary out of the environment"


@dataclass(frozen=True, slots=True)
class CanaryPlan:
    """Hold what is made, and what is changed for a while.

    Args:
        objects: the canary's own: a Deployment, Services, and routes by a header.
        routes: those of the release that serves, as helm applied them.
        services: the Services of that release that the canary has a counterpart of.
    """

    objects: tuple[Object, ...]
    routes: tuple[Object, ...]
    services: tuple[str, ...]

    def weighted(self, weight: int) -> list[Object]:
        """Return the release's routes with a share for the canary."""
        return [routes.weighted(route, self.services, weight) for route in self.routes]


def draw(
    policy: Canary, released: Sequence[Object], rendered: Sequence[Object]
) -> CanaryPlan | str:
    """Plan a canary, or say why there is nothing to try.

    Args:
        policy: as ``release.toml`` has it.
        released: the objects of the release that serves.
        rendered: those that helm would apply.

    Raises:
        InputError: where the chart leaves no way to send a share of the requests to other pods.
    """
    name = policy.component
    before, after = _deployments(released, name), _deployments(rendered, name)
    if len(after) != 1:
        raise InputError(
            f"the chart has {len(after)} Deployments whose pods are labelled {COMPONENT}: {name}",
            accepted="one, for a canary",
            next_step=_OFF,
        )
    if len(before) != 1:
        return f"{len(before)} Deployments of {name} serve"
    (old,), (new,) = before, after
    if old["spec"]["template"] == new["spec"]["template"]:
        return f"the pods of {name} stay as they are"
    _refuse_barred(name, new)
    if brought := _brought(old, new, released, rendered):
        return f"the release brings what its pods need: {', '.join(brought)}"
    labels = objects.own_labels(new, [*released, *rendered])
    behind = {
        item["metadata"]["name"]
        for item in released
        if item["kind"] == "Service"
        and objects.picks(objects.selector_of(item), objects.pod_labels(old))
    }
    led = routes.leading_to(routes.of(released), behind)
    services = routes.services_behind(led, behind)
    if not services:
        raise InputError(
            f"no HTTPRoute of the release that serves leads to a Service of {name}",
            accepted="a chart whose HTTPRoute has the Service among its backendRefs",
            next_step=_OFF,
        )
    counterparts = [
        item
        for item in rendered
        if item["kind"] == "Service" and item["metadata"]["name"] in services
    ]
    if len(counterparts) != len(services):
        return f"the release has no Service of each name of {', '.join(services)} any more"
    share = max(step.weight for step in policy.steps)
    mark = objects.own_mark(labels)
    return CanaryPlan(
        objects=(
            *(objects.service_of(item, labels) for item in counterparts),
            objects.deployment_of(new, labels, share),
            *(routes.sided(route, services, mark) for route in led),
        ),
        routes=tuple(led),
        services=tuple(services),
    )


def _deployments(items: Sequence[Object], component: str) -> list[Object]:
    return [
        item
        for item in items
        if item["kind"] == "Deployment" and objects.pod_labels(item).get(COMPONENT) == component
    ]


def _brought(
    old: Object, new: Object, released: Sequence[Object], rendered: Sequence[Object]
) -> list[str]:
    """Name what the new pods would wait for in vain: helm makes it, and comes later."""
    before, after = (json.dumps(it["spec"]["template"], default=str) for it in (old, new))

    def is_new(name: str) -> bool:
        # What the pods that serve read is there, also where a hook made it.
        return json.dumps(name) in after and json.dumps(name) not in before

    there = {(item["kind"], item["metadata"]["name"]) for item in released}
    brought = {(item["kind"], item["metadata"]["name"]) for item in rendered} - there
    return sorted(f"{kind} {name}" for kind, name in brought if kind in _READ and is_new(name))


def _refuse_barred(component: str, deployment: Object) -> None:
    strategy = part(deployment["spec"], "strategy").get("type")
    never = "are never beside each other: their strategy is Recreate"
    reasons = (plugin.bars_canary(deployment["spec"]["template"]) for plugin in PLUGINS)
    for why in (never if strategy == "Recreate" else "", *reasons):
        if why:
            raise InputError(
                f"the pods of {component} {why}",
                accepted="a component without that",
                next_step=_OFF,
            )
