"""Say what a kubeconfig is and what its user may do, without ever printing a credential.

It is sent into the step's container as one file, standard library only. The answer is one JSON
object; ``todo_ci.preflight.access`` judges it.

    python3 scripts/describe_kubeconfig.py --namespace NAME --role infra/oke/pipeline-rbac.yaml
"""

import argparse
import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Object = dict[str, Any]

# A certificate's validity is two adjacent ASN.1 times: UTCTime (0x17) or GeneralizedTime (0x18).
_VALIDITY = re.compile(
    rb"(?:\x17\x0d\d{12}Z|\x18\x0f\d{14}Z)(?:\x17\x0d(\d{12})Z|\x18\x0f(\d{14})Z)", re.DOTALL
)


def kubectl(*arguments: str, stdin: str = "") -> Object:
    """Run kubectl and return what came back."""
    done = subprocess.run(
        ["kubectl", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )
    return {"exit": done.returncode, "stdout": done.stdout, "stderr": done.stderr[-2000:]}


def facts(config: Object) -> Object:
    """Name the parts of a minified kubeconfig that help a person, and no others."""
    contexts: list[Object] = config.get("contexts") or []
    clusters: list[Object] = config.get("clusters") or []
    users: list[Object] = config.get("users") or []
    user: Object = (users[0].get("user") if users else None) or {}
    plugin: Object = user.get("exec") or {}
    command: str = plugin.get("command", "")
    return {
        "context": contexts[0]["name"] if contexts else "",
        "server": clusters[0]["cluster"].get("server", "") if clusters else "",
        "user": users[0]["name"] if users else "",
        "exec_command": command,
        "exec_found": bool(command) and shutil.which(command) is not None,
        "kind": kind(user),
        "expires": expiry(user),
    }


def kind(user: Object) -> str:
    """Say how a user proves who they are; empty where the kubeconfig has nothing for it."""
    if user.get("exec"):
        return "command"
    if user.get("token") or user.get("tokenFile"):
        return "token"
    keys = ("client-certificate-data", "client-certificate")
    return "certificate" if any(user.get(key) for key in keys) else ""


def expiry(user: Object) -> str:
    """Return when a user's token or certificate ends, as RFC 3339; empty where it does not say."""
    token = user.get("token", "")
    if user.get("tokenFile") and Path(user["tokenFile"]).is_file():
        token = Path(user["tokenFile"]).read_text(encoding="utf-8").strip()
    if token:
        return token_expiry(token)
    data = user.get("client-certificate-data", "")
    if data:
        return certificate_expiry(base64.b64decode(data))
    return ""


def token_expiry(token: str) -> str:
    """Read the end of a JSON web token; other tokens do not say."""
    parts = token.split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC).isoformat()
    except (ValueError, KeyError, TypeError):
        return ""


def certificate_expiry(pem: bytes) -> str:
    """Read the end of the first certificate of a PEM text."""
    body = re.search(rb"-----BEGIN CERTIFICATE-----(.+?)-----END", pem, re.DOTALL)
    found = _VALIDITY.search(base64.b64decode(body[1])) if body else None
    if found is None:
        return ""
    # UTCTime has two digits for the year; the standard cuts at 50.
    digits = (found[1] or found[2]).decode()
    if found[1]:
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the facts and the rights as one JSON object."""
    parser = argparse.ArgumentParser(description="Describe a kubeconfig and its user's rights.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--role", type=Path, help="handed on as it is written")
    given = parser.parse_args(arguments)
    view = kubectl("config", "view", "--raw", "--minify", "--output=json")
    answer: Object = {"error": view["stderr"] if view["exit"] else ""}
    if not view["exit"]:
        answer.update(facts(json.loads(view["stdout"])))
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": given.namespace},
        }
        command = (
            "create",
            "--validate=false",
            "--request-timeout=10s",
            "--output=json",
            "-f",
            "-",
        )
        answer["review"] = kubectl(*command, stdin=json.dumps(review))
        answer["role"] = given.role.read_text(encoding="utf-8") if given.role else ""
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
