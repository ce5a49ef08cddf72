"""Apply Secrets to a cluster; run inside a step, with the order as JSON on standard input.

Standard library only. Values are read from the files that variables name, or made here where the
cluster has none yet, and go to kubectl over its standard input: never into an argument, never into
what is printed. Standard output is JSON: for each Secret its name, its keys and whether it changed.
"""

import base64
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from .kubectl import KubectlError, kubectl

NOT_BACK = 3  # exit code: the Secrets are applied, and what reads them does not serve again


def main() -> int:
    """Apply each Secret, then restart what reads one that changed."""
    order = json.load(sys.stdin)
    namespace = order["namespace"]
    try:
        changed = apply(namespace, order["secrets"])
    except KubectlError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    reread = any(secret["restart"] for secret in order["secrets"] if secret["name"] in changed)
    try:
        restarted = restart(namespace, order["restart"]) if reread else []
    except KubectlError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_BACK
    applied = [
        {"name": s["name"], "keys": sorted(s["keys"]), "changed": s["name"] in changed}
        for s in order["secrets"]
    ]
    json.dump({"secrets": applied, "restarted": restarted}, sys.stdout)
    return 0


def apply(namespace: str, wanted: "list[dict[str, Any]]") -> "set[str]":
    """Apply the Secrets and name those that changed, which the server alone can tell."""
    names = [secret["name"] for secret in wanted]
    before = _versions(namespace, names)
    kept = _kept(namespace, [secret["name"] for secret in wanted if _is_made_here(secret)])
    manifest = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [_manifest(namespace, secret, kept) for secret in wanted],
    }
    arguments = ["--server-side", "--field-manager=todo-ci", "--force-conflicts", "-f", "-"]
    _kubectl(namespace, "apply", *arguments, stdin=json.dumps(manifest))
    after = _versions(namespace, names)
    return {name for name in names if after.get(name) != before.get(name)}


def restart(namespace: str, selector: str) -> "list[str]":
    """Restart the Deployments there are, and wait until they serve again."""
    listed = _kubectl(namespace, "get", "deployments", "-l", selector, "-o", "name").split()
    for verb, *options in (("restart",), ("status", "--timeout=120s")):
        for deployment in listed:
            _kubectl(namespace, "rollout", verb, deployment, *options)
    return listed


def _manifest(
    namespace: str, secret: "dict[str, Any]", kept: "dict[str, dict[str, str]]"
) -> "dict[str, Any]":
    old = kept.get(secret["name"], {})
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret["name"], "namespace": namespace},
        "type": secret["type"],
        "data": {
            # What was made once stays: whoever reads it would otherwise lose it with each run.
            key: ("random" in wanted and old.get(key)) or _encoded(_value(wanted))
            for key, wanted in secret["keys"].items()
        },
    }


def _is_made_here(secret: "dict[str, Any]") -> bool:
    return any("random" in wanted for wanted in secret["keys"].values())


def _kept(namespace: str, names: "list[str]") -> "dict[str, dict[str, str]]":
    """Read what earlier runs made, still encoded."""
    if not names:
        return {}
    text = _kubectl(namespace, "get", "secret", *names, "--ignore-not-found", "-o", "json")
    found: dict[str, Any] = json.loads(text) if text.strip() else {"items": []}
    return {s["metadata"]["name"]: s.get("data") or {} for s in found.get("items", [found])}


def _value(wanted: "dict[str, Any]") -> str:
    """Read a value, make one, or make the file that lets the kubelet pull from a registry."""
    if "random" in wanted:
        return secrets.token_urlsafe(wanted["random"])
    if "text" in wanted:
        return wanted["text"]
    value = Path(os.environ[wanted["file"]]).read_text(encoding="utf-8").strip()
    if "registry" not in wanted:
        return value
    login = {"username": wanted["username"], "password": value}
    auth = _encoded(f"{wanted['username']}:{value}")
    return json.dumps({"auths": {wanted["registry"]: {**login, "auth": auth}}})


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _versions(namespace: str, names: "list[str]") -> "dict[str, str]":
    columns = "-o=custom-columns=N:.metadata.name,V:.metadata.resourceVersion"
    listed = _kubectl(
        namespace, "get", "secret", *names, "--ignore-not-found", "--no-headers", columns
    )
    return {line.split()[0]: line.split()[1] for line in listed.splitlines()}


def _kubectl(namespace: str, *arguments: str, stdin: str = "") -> str:
    try:
        return kubectl("--namespace", namespace, *arguments, stdin=stdin)
    except KubectlError as error:
        raise KubectlError(f"kubectl {' '.join(arguments[:3])}: {error}") from None


if __name__ == "__main__":
    raise SystemExit(main())
