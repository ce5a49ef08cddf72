"""The ways to a canary, by a share of the requests and by a header: pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from todo_ci.cluster import kubectl
from todo_ci.cluster.kubectl import Object
from todo_ci.errors import InputError
from todo_ci.project.current import namespace
from todo_ci.rollout.canary.names import CANARY, HEADER, SIDES, suffixed
from todo_ci.scripts.kube_objects import part

KIND = "HTTPRoute"


def of(objects: Sequence[Object]) -> list[Object]:
    """Pick the routes, each with what helm adds to it as it is applied."""
    return [_marked(item) for item in objects if item["kind"] == KIND]


def leading_to(routes: Sequence[Object], services: Collection[str]) -> list[Object]:
    """Pick the routes that lead to some Services.

    Raises:
        InputError: where one of them shares its requests out already.
    """
    found = [route for route in routes if any(_led(rule, services) for rule in _rules(route))]
    for route in found:
        for rule in _rules(route):
            if _led(rule, services) and len(rule["backendRefs"]) > 1:
                raise InputError(
                    f"{KIND} {route['metadata']['name']} has a rule with several backendRefs, and "
                    "a canary would change their weights",
                    accepted="rules that lead to one Service",
                    next_step="take canary out of the environment",
                )
    return found


def services_behind(routes: Sequence[Object], services: Collection[str]) -> list[str]:
    """Name those of some Services that routes lead to, each once."""
    named = (_led(rule, services) for route in routes for rule in _rules(route))
    return sorted({name for name in named if name})


def weighted(route: Object, services: Collection[str], weight: int) -> Object:
    """Give the canary a share of a route's requests.

    Args:
        route: of the release that serves.
        services: those that the canary has a counterpart of.
        weight: percent of the requests.
    """

    def shared(rule: Object) -> Object:
        name = _led(rule, services)
        if not name:
            return rule
        (ref,) = rule["backendRefs"]
        both = [{**ref, "weight": 100 - weight}, {**ref, "name": suffixed(name), "weight": weight}]
        return {**rule, "backendRefs": both}

    return {**route, "spec": {**route["spec"], "rules": list(map(shared, _rules(route)))}}


def sided(route: Object, services: Collection[str], labels: Mapping[str, str]) -> Object:
    """Make the canary's own route, by which a header leads to one side alone.

    It says so on each answer: what came of a request counts for the side that it came from. A
    filter of one backendRef would say it too, and of people's own requests; Traefik 3.6 overlooks
    those. More is asked of a request than by the release's route, so this one goes first.
    """
    rules = [
        _sided(rule, name, side)
        for rule, side in product(_rules(route), SIDES)
        if (name := _led(rule, services))
    ]
    spec: Object = route["spec"]
    return {
        "apiVersion": route["apiVersion"],
        "kind": KIND,
        "metadata": {"name": suffixed(route["metadata"]["name"]), "labels": dict(labels)},
        "spec": {**spec, "rules": rules},
    }


def _sided(rule: Object, service: str, side: str) -> Object:
    asked = {"type": "Exact", "name": HEADER, "value": side}
    ways: list[Object] = rule.get("matches") or [{}]
    matches: list[Object] = [{**way, "headers": [*way.get("headers", []), asked]} for way in ways]
    (ref,) = rule["backendRefs"]
    name = suffixed(service) if side == CANARY else service
    # A rule's name is its own; a share has none where there is one way.
    kept = {key: value for key, value in rule.items() if key != "name"}
    return {
        **kept,
        "matches": matches,
        "filters": list(_telling(rule.get("filters") or [], side)),
        "backendRefs": [{**ref, "name": name, "weight": 1}],
    }


def _telling(filters: Sequence[Object], side: str) -> Iterator[Object]:
    """Have the answer say its side; a rule takes one filter of that kind."""
    kind, key = "ResponseHeaderModifier", "responseHeaderModifier"
    theirs: Object = {}
    for it in filters:
        if it["type"] == kind:
            theirs = it[key]
        else:
            yield it
    told = [*theirs.get("set", []), {"name": HEADER, "value": side}]
    yield {"type": kind, key: {**theirs, "set": told}}


def _rules(route: Object) -> list[Object]:
    return route["spec"].get("rules") or []


def _led(rule: Object, services: Collection[str]) -> str:
    """Name the one of some Services that a rule leads to; empty for none."""
    refs: list[Object] = rule.get("backendRefs") or []
    names = (ref["name"] for ref in refs if _is_ours(ref))
    return next((name for name in names if name in services), "")


def _is_ours(ref: Object) -> bool:
    # Where nobody is sent now, nobody is to be.
    is_service = ref.get("kind", "Service") == "Service" and ref.get("weight") != 0
    return is_service and ref.get("namespace", namespace()) == namespace()


def _marked(route: Object) -> Object:
    metadata: Object = route["metadata"]
    added = {key: {**part(metadata, key), **more} for key, more in kubectl.marks().items()}
    return {**route, "metadata": {**metadata, **added}}
