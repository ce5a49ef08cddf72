"""Show what lives, and what it would become if some objects were applied: nothing is changed.

Standard library only; run inside a step:

    python3 -m scripts.live_objects --namespace NAME --manager helm

``wanted.json`` holds a list of the objects to apply, ``known.json`` of those that are only looked
for. The answer is one JSON object; the values of Secrets are left out of it, only whether they are
the same can be seen.
"""

import argparse
import hashlib
import hmac
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from .kube_objects import Object, part
from .kubectl import KubectlError, kubectl

SOURCES = ("live_objects.py", "kubectl.py", "kube_objects.py")
WANTED, KNOWN = "wanted.json", "known.json"
_TIMEOUT = 60.0
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KEY = secrets.token_bytes(16)  # so that nobody can try which value has which mark


def get(namespace: str, objects: "list[Object]") -> "list[Object]":
    """Return those that are there, with who wrote which field."""
    flags = ("--ignore-not-found", "--show-managed-fields")
    return _call(namespace, ("get", *flags), objects)


def plan(
    namespace: str, manager: str, objects: "list[Object]"
) -> "tuple[list[Object], dict[str, str]]":
    """Return what the API server would make of objects, and why it refuses which of them."""
    command = (
        "apply", "--server-side", "--dry-run=server", "--force-conflicts", "--validate=false",
        f"--field-manager={manager}",
    )  # fmt: skip
    try:
        return _call(namespace, command, objects), {}
    except KubectlError:
        pass  # one that is refused hides the others
    planned: list[Object] = []
    refused: dict[str, str] = {}
    for item in objects:
        try:
            planned += _call(namespace, command, [item])
        except KubectlError as error:
            refused[f"{item['kind']} {item['metadata']['name']}"] = str(error)[-500:]
    return planned, refused


def _call(namespace: str, command: "tuple[str, ...]", objects: "list[Object]") -> "list[Object]":
    if not objects:
        return []
    text = kubectl(
        "--namespace", namespace, "--request-timeout=20s", *command, "--output=json", "-f", "-",
        stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}),
        timeout=_TIMEOUT,
    )  # fmt: skip
    # Of one object alone kubectl prints no list.
    found: Object = json.loads(text or '{"items": []}')
    items: list[Object] = found.get("items", [found])
    return [_hidden(item) for item in items]


def _hidden(item: Object) -> Object:
    """Put marks in place of a Secret's values; the note that repeats an object goes."""
    part(item["metadata"], "annotations").pop(_LAST_APPLIED, None)
    if item["kind"] != "Secret":
        return item
    data = {name: _mark(value) for name, value in part(item, "data").items()}
    return {**item, "data": data}


def _mark(value: str) -> str:
    return hmac.new(_KEY, str(value).encode(), hashlib.sha256).hexdigest()


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Show what lives and what it would become.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--manager", required=True, help="who applies")
    given = parser.parse_args(arguments)
    wanted, known = (json.loads(Path(name).read_text("utf-8")) for name in (WANTED, KNOWN))
    try:
        live = get(given.namespace, [*wanted, *known])
        planned, refused = plan(given.namespace, given.manager, wanted)
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps({"live": live, "planned": planned, "refused": refused}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
