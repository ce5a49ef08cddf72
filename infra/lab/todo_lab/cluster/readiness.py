"""Tell when the cluster's own parts are there: node, names, gateway."""

import urllib.error
import urllib.request
from datetime import datetime

from todo_lab import paths
from todo_lab.cluster import api_client

_PODS = (
    "/api/v1/namespaces/kube-system/pods",
    f"/api/v1/namespaces/{paths.GATEWAY_NAMESPACE}/pods",
)


def wait(since: float, seconds: float = 90) -> None:
    """Wait until the node is Ready, and names and gateway are served.

    since: when the container runtime started with no container. What the API still says of earlier
    containers is not believed: after a crash they stay "ready" until the kubelet has looked.
    """
    api_client.wait("the node", _node_is_ready, seconds, "./do lab logs kubelet")
    api_client.wait(
        "CoreDNS and Traefik",
        lambda: _pods_are_ready(since),
        seconds,
        "kubectl get pods -A; kubectl get events -A",
    )
    api_client.wait(
        "the gateway",
        is_ready,
        seconds,
        f"kubectl -n {paths.GATEWAY_NAMESPACE} describe gateways,pods",
    )


def is_fresh(pod: api_client.Object, since: float) -> bool:
    """Tell whether a pod is Ready and all its containers were started after `since`.

    The API's times are whole seconds.
    """
    statuses = pod.get("status", {}).get("containerStatuses", [])
    begins = [status.get("state", {}).get("running", {}).get("startedAt") for status in statuses]
    return (
        api_client.has_condition(pod, "Ready")
        and bool(begins)
        and all(
            begin and datetime.fromisoformat(begin).timestamp() >= int(since) for begin in begins
        )
    )


def is_ready() -> bool:
    """Tell whether names and gateway run as described, and the gateway answers."""
    names = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
    traefik = f"/apis/apps/v1/namespaces/{paths.GATEWAY_NAMESPACE}/deployments/traefik"
    gateway = (
        f"/apis/gateway.networking.k8s.io/v1/namespaces/{paths.GATEWAY_NAMESPACE}"
        f"/gateways/{paths.GATEWAY}"
    )
    return (
        api_client.is_rolled_out(api_client.get(names))
        and api_client.is_rolled_out(api_client.get(traefik))
        and api_client.has_condition(api_client.get(gateway), "Programmed")
        and answers()
    )


def answers() -> bool:
    """Tell whether anything speaks HTTP at the gateway's address; 404 is an answer too."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(paths.GATEWAY_URL, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _pods_are_ready(since: float) -> bool:
    listed = [(api_client.get(path) or {}).get("items", []) for path in _PODS]
    return all(pods and all(is_fresh(pod, since) for pod in pods) for pods in listed)


def _node_is_ready() -> bool:
    return api_client.has_condition(api_client.get(f"/api/v1/nodes/{paths.NODE_NAME}"), "Ready")
