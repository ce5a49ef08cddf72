"""Write what a client of the lab needs: the pipeline's kubeconfig, secrets, default arguments."""

import base64
import getpass
import json
import socket
import time
from typing import Any

from todo_lab import files, paths, pki
from todo_lab.cluster import api_client
from todo_lab.secrets import secret

_DAY = 24 * 60 * 60
_TOKEN_SECONDS = 365 * _DAY
_ACCOUNT = f"/api/v1/namespaces/{paths.NAMESPACE}/serviceaccounts/{paths.PIPELINE_ACCOUNT}"


def ensure() -> bool:
    """Write the files of the contract; return whether the pipeline got a new token."""
    secret(paths.BETTER_AUTH_SECRET)
    files.write(paths.PIPELINE_ENV, pipeline_env(), mode=0o600)
    account = api_client.get(_ACCOUNT)
    uid = account["metadata"]["uid"] if account else ""
    if paths.PIPELINE_KUBECONFIG.exists() and is_valid(
        read_token(paths.PIPELINE_KUBECONFIG.read_text()), uid, time.time()
    ):
        return False
    token = api_client.create_token(_ACCOUNT, _TOKEN_SECONDS)
    files.write(
        paths.PIPELINE_KUBECONFIG,
        pki.render_kubeconfig(paths.PIPELINE_ACCOUNT, f"token: {token}", paths.NAMESPACE),
        mode=0o600,
    )
    return True


def read_token(kubeconfig: str) -> str:
    """Return the token in a kubeconfig that `ensure` wrote, "" when there is none."""
    lines = (line.strip() for line in kubeconfig.splitlines())
    return next((line.removeprefix("token: ") for line in lines if line.startswith("token: ")), "")


def is_valid(token: str, account_uid: str, now: float) -> bool:
    """Tell whether a token is of this very ServiceAccount and holds for a month at least.

    A cluster that starts empty again makes an account of the same name with another uid.
    """
    claims = _claims(token)
    account = claims.get("kubernetes.io", {}).get("serviceaccount", {})
    return bool(account_uid) and (
        account.get("uid") == account_uid and claims.get("exp", 0) > now + 30 * _DAY
    )


def pipeline_env() -> str:
    """Return the pipeline's default arguments in the form of Dagger's .env.

    Secrets are named by the file they are in, never written out.
    """
    kubeconfig = {"KUBECONFIG": f"file://{paths.PIPELINE_KUBECONFIG}"}
    credentials = {
        "REGISTRY": f"{paths.REGISTRY}/{paths.NAMESPACE}",
        "REGISTRY_USERNAME": paths.REGISTRY_USER,
        "REGISTRY_PASSWORD": f"file://{paths.REGISTRY_PASSWORD}",
    }
    url = {"URL": paths.GATEWAY_URL}
    # Through an engine nobody could tell whose call holds the deploy lock.
    holder = {"HOLDER": f"{getpass.getuser()}@{socket.gethostname()}"}
    secrets = {
        "DATABASE_URL": f"file://{paths.DATABASE_URL}",
        "BETTER_AUTH_SECRET": f"file://{paths.BETTER_AUTH_SECRET}",
        "KAFKA_BROKERS": paths.KAFKA,
        "KAFKA_USERNAME": paths.KAFKA_USER,
        "KAFKA_PASSWORD": f"file://{paths.KAFKA_PASSWORD}",
    }
    verbs = {
        "BUILD": credentials,
        "PUBLISH": credentials,
        "DEPLOY": kubeconfig | credentials | url | holder,
        "VERIFY": kubeconfig | url | holder,
        "ROLLBACK": kubeconfig | url | holder,
        "STATUS": kubeconfig,
        "HISTORY": kubeconfig,
        "DIFF": kubeconfig,
        "LOGS": kubeconfig,
        "DOCTOR": kubeconfig | credentials,
        "SCAN": kubeconfig | credentials,
        "SECRETS": kubeconfig | credentials | secrets | holder,
    }
    lines = [
        f"{verb}_{name}={value}" for verb, given in verbs.items() for name, value in given.items()
    ]
    lines.append(f"CONTAINERS_REGISTRIES_CONF={paths.REGISTRIES_CONF}")
    return "\n".join(lines) + "\n"


def _claims(token: str) -> dict[str, Any]:
    try:
        body = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
