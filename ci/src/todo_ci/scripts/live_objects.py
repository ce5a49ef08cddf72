"""Show what lives, and what it would become by a deploy: nothing is changed.

Standard library only; run inside a step. Standard input is a JSON object with ``namespace``,
``manager`` (who applies), ``released`` and ``rendered`` (the commands that print what is released
and what would be, as YAML) and ``marks`` (a patch: what helm adds to each object).

The answer is one JSON object. Charts may hold Secrets, so everything is rendered here: their values
leave this program as marks, by which can be seen only whether they are the same.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Sequence

from .kube_objects import Object, is_hook, part
from .kubectl import KubectlError, kubectl

SOURCES = ("live_objects.py", "kubectl.py", "kube_objects.py")
NOT_RENDERED = 3  # exit code: helm refused the chart or its values
_TIMEOUT = 60.0
# What the API server says of an object it does not take; kubectl words the first in two ways. All
# else, such as no answer or a webhook that takes no dry run, tells nothing about the object.
_REFUSED = re.compile(r"\((Invalid|Forbidden|Conflict)\)|^The .+ is invalid\b", re.MULTILINE)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KEY = secrets.token_bytes(16)  # so that nobody can try which value has which mark


class RenderError(Exception):
    """Carry what helm said."""


def read(command: "Sequence[str]", marks: Object) -> "list[Object]":
    """Return the objects that a helm command prints, with what helm adds to each."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RenderError(done.stderr.strip())
    # A patch that never leaves this machine: the standard library reads no YAML.
    patch = ("patch", "--local", "--type=merge", f"--patch={json.dumps(marks)}")
    try:
        rest = kubectl(*patch, "--output=json", "-f", "-", stdin=done.stdout, timeout=_TIMEOUT)
    except KubectlError as error:
        if "no objects passed" in str(error):
            return []
        raise
    found: list[Object] = []
    while rest := rest.lstrip():
        item, end = json.JSONDecoder().raw_decode(rest)
        found.append(item)
        rest = rest[end:]
    return found


def applied(objects: "list[Object]") -> "list[Object]":
    """Leave out the hooks."""
    return [item for item in objects if not is_hook(item)]


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
    except KubectlError as error:
        if not _REFUSED.search(str(error)):
            raise
        # One that is refused hides the others.
    planned: list[Object] = []
    refused: dict[str, str] = {}
    for item in objects:
        try:
            planned += _call(namespace, command, [item])
        except KubectlError as error:
            if not _REFUSED.search(str(error)):
                raise
            refused[_name(item)] = str(error)[-500:]
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
    return items


def _hidden(item: Object) -> Object:
    """Put marks in place of a Secret's values; the note that repeats an object goes."""
    part(item["metadata"], "annotations").pop(_LAST_APPLIED, None)
    if item["kind"] != "Secret":
        return item
    # As the API server does with what is given as text.
    texts = {
        name: base64.b64encode(str(value).encode()).decode()
        for name, value in part(item, "stringData").items()
    }
    data = {name: _mark(value) for name, value in {**part(item, "data"), **texts}.items()}
    rest = {key: value for key, value in item.items() if key not in ("data", "stringData")}
    return {**rest, "data": data} if data else rest


def _name(item: Object) -> str:
    return f"{item['kind']} {item['metadata']['name']}"


def _mark(value: str) -> str:
    return hmac.new(_KEY, str(value).encode(), hashlib.sha256).hexdigest()


def look(order: Object) -> "dict[str, list[Object] | dict[str, str]]":
    """Return what is released, what would be, what lives, and what would live.

    Raises:
        RenderError: when helm refuses to render what would be.
        KubectlError: when the cluster cannot be asked.
    """
    namespace, marks = order["namespace"], order["marks"]
    rendered = read(order["rendered"], marks)
    try:
        released = [item for command in order["released"] for item in read(command, marks)]
    except RenderError as error:
        raise KubectlError(str(error)) from None
    wanted = applied(rendered)
    names = {_name(item) for item in wanted}
    known = [item for item in applied(released) if _name(item) not in names]
    live = get(namespace, [*wanted, *known])
    planned, refused = plan(namespace, order["manager"], wanted)
    sides = {"released": released, "rendered": rendered, "live": live, "planned": planned}
    hidden = {side: [_hidden(item) for item in items] for side, items in sides.items()}
    return {**hidden, "refused": refused}


def main() -> int:
    """Read the order, look, and return the exit code."""
    try:
        answer = look(json.load(sys.stdin))
    except RenderError as error:
        print(error, file=sys.stderr)
        return NOT_RENDERED
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
