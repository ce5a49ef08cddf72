"""Make a canary, give it a share of the requests, and take all of it back.

Standard library only; run inside a step, whose files hold the objects.

    python3 -m scripts.canary make --namespace NAME --objects canary.json --timeout 60
    python3 -m scripts.canary weigh --namespace NAME --routes routes.json --manager helm
    python3 -m scripts.canary back --namespace NAME --routes routes.json --manager helm \
        --selector KEY=VALUE
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .kubectl import KubectlError, kubectl

KINDS = "deployments.apps,services,httproutes.gateway.networking.k8s.io"
# Until a gateway has followed a route that leads to a Service no more: the Service goes after that.
# Traefik takes two seconds between two changes, and a busy machine some more.
SETTLED = 5.0
_CALL = 30.0


def make(namespace: str, objects: Path, timeout: int) -> None:
    """Create all objects, none of which may be there, and wait until the pods serve."""
    _kubectl(namespace, "create", "--filename", str(objects))
    for item in json.loads(objects.read_text())["items"]:
        if item["kind"] == "Deployment":
            name = f"deployment/{item['metadata']['name']}"
            status = ("rollout", "status", name, f"--timeout={timeout}s")
            kubectl("--namespace", namespace, *status, timeout=timeout + _CALL)


def weigh(namespace: str, routes: Path, manager: str) -> None:
    """Apply the release's routes, as who applied them before."""
    flags = ("--server-side", "--force-conflicts", f"--field-manager={manager}")
    _kubectl(namespace, "apply", *flags, "--filename", str(routes))


def back(namespace: str, routes: Path, manager: str, selector: str) -> None:
    """Apply the release's routes, and remove the canary once nobody is sent to it any more."""
    if json.loads(routes.read_text())["items"]:
        weigh(namespace, routes, manager)
        time.sleep(SETTLED)
    flags = (f"--selector={selector}", "--ignore-not-found", "--wait=false")
    _kubectl(namespace, "delete", KINDS, *flags)


def _kubectl(namespace: str, *arguments: str) -> None:
    kubectl("--namespace", namespace, "--request-timeout=10s", *arguments, timeout=_CALL)


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Make, weigh or take back a canary.")
    parser.add_argument("verb", choices=("make", "weigh", "back"))
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--objects", type=Path)
    parser.add_argument("--timeout", type=int)
    parser.add_argument("--routes", type=Path)
    parser.add_argument("--manager")
    parser.add_argument("--selector")
    given = parser.parse_args(arguments)
    try:
        if given.verb == "make":
            make(given.namespace, given.objects, given.timeout)
        elif given.verb == "weigh":
            weigh(given.namespace, given.routes, given.manager)
        else:
            back(given.namespace, given.routes, given.manager, given.selector)
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
