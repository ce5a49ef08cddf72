"""The steps of a canary: made, weighed, measured, taken back."""

import json
from collections.abc import Sequence
from dataclasses import replace

from todo_ci.cluster import kubectl
from todo_ci.cluster.field_owners import HELM
from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Step
from todo_ci.project.canary import RATE
from todo_ci.project.current import namespace, project
from todo_ci.rollout.canary import names
from todo_ci.scripts import sources

OBJECTS, ROUTES = "canary.json", "routes.json"
_OURS = ("canary.py", "kubectl.py")
_MEASURES = ("two_sides.py", "load.py", "kubectl.py")
# Beyond the seconds of a measurement: until the gateway knows the way, and what is under way ends.
_MARGIN = 60.0


def files(name: str, objects: Sequence[Object]) -> dict[str, str]:
    """Return the programs of a step, with a list of objects."""
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
    return {**sources(*_OURS), name: listed}


def make(timeout: int) -> tuple[str, ...]:
    """Create what the file of objects holds, and wait for its pods."""
    return _call("make", "--objects", OBJECTS, "--timeout", str(timeout))


def weigh(routes: Sequence[Object]) -> Step:
    """Apply the release's routes, whatever they share out."""
    argv = _call("weigh", "--routes", ROUTES, "--manager", HELM)
    return kubectl.step(argv, files=files(ROUTES, routes), timeout=60)


def back(routes: Sequence[Object]) -> Step:
    """Apply the release's routes as they were, and remove all that is the canary's."""
    argv = _call("back", "--routes", ROUTES, "--manager", HELM, "--selector", names.objects())
    return kubectl.step(argv, files=files(ROUTES, routes), timeout=90)


def measure(url: str, seconds: int) -> Step:
    """Ask both sides for some seconds; for none of them, wait until the gateway leads to both."""
    sides = (word for side in names.SIDES for word in ("--side", side))
    argv = (
        "python3", "-m", "scripts.two_sides", "--url", url, "--header", names.HEADER, *sides,
        "--rate", str(RATE), "--seconds", str(seconds), *project().gateway.paths,
    )  # fmt: skip
    step = kubectl.step(argv, files=sources(*_MEASURES))
    return replace(step, timeout=seconds + _MARGIN)


def _call(verb: str, *flags: str) -> tuple[str, ...]:
    return ("python3", "-m", "scripts.canary", verb, "--namespace", namespace(), *flags)
