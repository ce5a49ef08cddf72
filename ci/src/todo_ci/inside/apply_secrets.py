"""Apply Secrets to a cluster; run inside a step, with the order as JSON on standard input.

Standard library only. Values are read from the files that variables name and go to kubectl over
its standard input: never into an argument, never into what is printed. Standard output is JSON:
for each Secret its name, its keys and whether it changed.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class KubectlError(Exception):
    """Carry what kubectl said."""


def main() -> int:
    """Apply each Secret, then restart what reads one that changed."""
    order = json.load(sys.stdin)
    namespace = order["namespace"]
    try:
        applied = [apply(namespace, secret) for secret in order["secrets"]]
        restarted = restart(namespace, order["restart"], applied)
    except KubectlError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump({"secrets": applied, "restarted": restarted}, sys.stdout)
    return 0


def apply(namespace: str, secret: "dict[str, Any]") -> "dict[str, Any]":
    """Apply one Secret on the server, which alone decides whether anything changed."""
    name = secret["name"]
    before = _version(namespace, name)
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": secret["type"],
        "data": {key: _encoded(_value(wanted)) for key, wanted in secret["keys"].items()},
    }
    arguments = ["--server-side", "--field-manager=todo-ci", "--force-conflicts", "-f", "-"]
    _kubectl(namespace, "apply", *arguments, stdin=json.dumps(manifest))
    changed = _version(namespace, name) != before
    keys = sorted(secret["keys"])
    return {"name": name, "keys": keys, "changed": changed, "restart": secret["restart"]}


def restart(namespace: str, selector: str, applied: "list[dict[str, Any]]") -> "list[str]":
    """Restart the Deployments there are when a Secret they read changed."""
    if not any(secret["changed"] and secret["restart"] for secret in applied):
        return []
    listed = _kubectl(namespace, "get", "deployments", "-l", selector, "-o", "name").split()
    for deployment in listed:
        _kubectl(namespace, "rollout", "restart", deployment)
    for deployment in listed:
        _kubectl(namespace, "rollout", "status", deployment, "--timeout=120s")
    return listed


def _value(wanted: "dict[str, str]") -> str:
    """Read a plain value, or make the file that lets the kubelet pull from a registry."""
    value = Path(os.environ[wanted["file"]]).read_text(encoding="utf-8").strip()
    if "registry" not in wanted:
        return value
    login = {"username": wanted["username"], "password": value}
    auth = _encoded(f"{wanted['username']}:{value}")
    return json.dumps({"auths": {wanted["registry"]: {**login, "auth": auth}}})


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _version(namespace: str, name: str) -> str:
    path = "-o=jsonpath={.metadata.resourceVersion}"
    return _kubectl(namespace, "get", "secret", name, "--ignore-not-found", path)


def _kubectl(namespace: str, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["kubectl", "--namespace", namespace, *arguments],
        input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise KubectlError(f"kubectl {' '.join(arguments[:3])}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
