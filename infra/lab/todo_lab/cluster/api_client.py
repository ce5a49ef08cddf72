"""Ask the API server directly: a poll by kubectl would cost half a second of processor time."""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from typing import Any

from todo_lab import paths
from todo_lab.errors import LabError

Object = dict[str, Any]


def get(path: str, seconds: float = 5) -> Object | None:
    """Return the object at an API path as the lab's administrator, None when it does not exist.

    Raises OSError while the API server does not answer.
    """
    status, body = request("GET", path, seconds)
    return json.loads(body) if status == http.client.OK else None


def is_ready() -> bool:
    """Tell whether the API server says it is ready."""
    try:
        return request("GET", "/readyz")[0] == http.client.OK
    except OSError:
        return False


def create_token(account: str, seconds: int) -> str:
    """Return a new token for the ServiceAccount at an API path, valid for so many seconds."""
    asked = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": seconds},
    }
    status, body = request("POST", f"{account}/token", body=json.dumps(asked).encode())
    if status != http.client.CREATED:
        raise LabError(
            f"no token for {account}: {status} {body.decode(errors='replace')}",
            "./do lab logs kube-apiserver",
        )
    return json.loads(body)["status"]["token"]


def request(
    method: str, path: str, seconds: float = 5, body: bytes | None = None
) -> tuple[int, bytes]:
    """Send one request with the administrator's certificate; return status and body."""
    context = ssl.create_default_context(cafile=str(paths.PKI / "ca.crt"))
    context.load_cert_chain(paths.PKI / "admin.crt", paths.PKI / "admin.key")
    connection = http.client.HTTPSConnection(
        paths.NODE_IP, paths.API_PORT, timeout=seconds, context=context
    )
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def wait(what: str, ready: Callable[[], bool], seconds: float, fix: str) -> None:
    """Poll `ready` until it holds; an API server that is not there yet counts as not ready."""
    until = time.monotonic() + seconds
    while True:
        try:
            if ready():
                return
        except OSError:
            pass
        if time.monotonic() > until:
            raise LabError(f"{what} is not ready after {seconds:.0f} s", fix)
        time.sleep(0.15)


def has_condition(found: Object | None, kind: str) -> bool:
    """Tell whether a condition of an object is True and speaks of its present generation."""
    if found is None:
        return False
    conditions = found.get("status", {}).get("conditions", [])
    generation = found["metadata"].get("generation", 0)
    return any(
        condition["type"] == kind
        and condition["status"] == "True"
        and condition.get("observedGeneration", generation) == generation
        for condition in conditions
    )


def is_rolled_out(deployment: Object | None) -> bool:
    """Tell whether all replicas of a Deployment are of its present template and available."""
    if deployment is None:
        return False
    status, wanted = deployment.get("status", {}), deployment["spec"].get("replicas", 1)
    return (
        status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
        and status.get("updatedReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
    )
