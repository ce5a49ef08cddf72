"""Spoilt copies of the pipeline's kubeconfig."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path

import lab
import yaml

Parts = dict[str, dict[str, object]]


def spoilt(folder: Path, change: Callable[[Parts], None]) -> str:
    """Write a spoilt copy of the pipeline's kubeconfig and return a reference to it."""
    config = yaml.safe_load((lab.STATE / "pipeline.kubeconfig").read_text())
    change({"cluster": config["clusters"][0]["cluster"], "user": config["users"][0]["user"]})
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(config))
    return f"file:{path}"


def expired() -> str:
    """Make a token whose time has passed; nobody checks its signature before its time."""

    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part({'exp': int(time.time()) - 3600})}.c2lnbmF0dXJl"


def unreachable(parts: Parts) -> None:
    """Name an API server that is not there."""
    parts["cluster"]["server"] = "https://127.0.0.1:1"


def bad_token(parts: Parts) -> None:
    """Give a token that the cluster does not know."""
    parts["user"]["token"] = "nobody-knows-this-token"


def old_token(parts: Parts) -> None:
    """Give a token whose time has passed."""
    parts["user"]["token"] = expired()


def missing_command(parts: Parts) -> None:
    """Get the token from a command that is not installed."""
    parts["user"].clear()
    parts["user"]["exec"] = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "no-such-login-command",
        "interactiveMode": "Never",
    }


def without_rights(parts: Parts) -> None:
    """Be somebody who may nothing."""
    token = lab.admin("kubectl", "-n", lab.NAMESPACE, "create", "token", "default")
    parts["user"]["token"] = token.strip()
