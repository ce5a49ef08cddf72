"""A ``kubectl`` that keeps the Secrets applied, and the program that applies them run with it."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from todo_ci import scripts

FOLDER = Path(scripts.__file__).parent
CANARY = "canary-31d7-inside"

# Fails when told to; a rollout gets stuck while a Secret holds a value that is said to be wrong.
KUBECTL = f"""#!{sys.executable}
import json, os, sys
from collections.abc import Mapping
from pathlib import Path

state, argv = Path(os.environ["STATE"]), sys.argv[3:]
with (state / "argv").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if (state / "fail").exists():
    sys.exit('secrets is forbidden: User "x" cannot patch')
path = state / "secrets.json"
stored = json.loads(path.read_text()) if path.exists() else {{}}
if argv[0] == "apply":
    for item in json.load(sys.stdin)["items"]:
        name = item["metadata"]["name"]
        if stored.get(name, {{}}).get("data") != item["data"]:
            version = sum(int(it["metadata"]["resourceVersion"]) for it in stored.values()) + 1
            item["metadata"]["resourceVersion"] = str(version)
            stored[name] = item
elif argv[:2] == ["delete", "secret"]:
    stored = {{name: it for name, it in stored.items() if name not in argv}}
elif argv[:2] == ["get", "deployments"]:
    print("deployment.apps/todo-app-backend")
elif argv[:2] == ["rollout", "status"]:
    if (state / "killed").exists():
        os.kill(os.getppid(), 9)
        os._exit(1)
    if (state / "marked").exists():
        (state / "marked").unlink()
        sys.exit('error: deployment "todo-app-backend" exceeded its progress deadline')
    bad = (state / "stuck").read_text() if (state / "stuck").exists() else None
    values = [value for name, it in stored.items() if name != "secrets-former"
              for value in it["data"].values()]
    if bad is not None and (not bad or bad in values):
        sys.exit("error: timed out waiting for the condition")
elif argv[:2] == ["get", "secret"]:
    found = [stored[name] for name in argv if name in stored]
    if argv[-1] == "json":
        print(json.dumps({{"kind": "List", "items": found}}) if found else "")
    else:
        for it in found:
            print(it["metadata"]["name"], it["metadata"]["resourceVersion"])
path.write_text(json.dumps(stored))
"""


def stored(cluster: Path) -> dict[str, dict[str, Any]]:
    """Return the data of every Secret there is."""
    kept = json.loads((cluster / "secrets.json").read_text())
    return {name: secret["data"] for name, secret in kept.items()}


def apply(
    cluster: Path, *argv: str, **keys: dict[str, object]
) -> "subprocess.CompletedProcess[str]":
    return apply_all(cluster, *argv, **{"app-secrets": keys})


def apply_all(
    cluster: Path, *argv: str, **secrets: Mapping[str, Mapping[str, object]]
) -> "subprocess.CompletedProcess[str]":
    wanted = [
        {"name": name, "type": "Opaque", "restart": True, "keys": keys}
        for name, keys in secrets.items()
    ]
    order = {"namespace": "todo", "secrets": wanted, "restart": "app=todo"}
    return subprocess.run(
        [sys.executable, "-m", "scripts.apply_secrets", *argv], cwd=FOLDER.parent,
        input=json.dumps(order), capture_output=True, text=True, check=False,
        env={"PATH": f"{cluster}:{os.environ['PATH']}", "STATE": str(cluster),
             "VALUE_FILE": str(cluster / "value")},
    )  # fmt: skip


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
