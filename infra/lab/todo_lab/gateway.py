"""Tell when the cluster's own parts are there: node, names, gateway."""

import urllib.error
import urllib.request

from todo_lab import kubeapi, paths


def wait_node(seconds: float = 90) -> None:
    """Wait until the node is Ready."""
    kubeapi.wait("the node", _node_is_ready, seconds, "./do logs kubelet")


def wait_names(seconds: float = 90) -> None:
    """Wait until CoreDNS runs as described."""
    path = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
    kubeapi.wait("CoreDNS", lambda: kubeapi.is_rolled_out(kubeapi.get(path)), seconds,
                 "kubectl -n kube-system describe pods")  # fmt: skip


def wait_gateway(seconds: float = 90) -> None:
    """Wait until the gateway answers and its Gateway is programmed."""
    kubeapi.wait("the gateway", is_ready, seconds,
                 f"kubectl -n {paths.GATEWAY_NAMESPACE} describe pods")  # fmt: skip


def is_ready() -> bool:
    """Tell whether Traefik runs as described, its Gateway is programmed and its port answers."""
    deployment = f"/apis/apps/v1/namespaces/{paths.GATEWAY_NAMESPACE}/deployments/traefik"
    gateway = (
        f"/apis/gateway.networking.k8s.io/v1/namespaces/{paths.GATEWAY_NAMESPACE}"
        f"/gateways/{paths.GATEWAY}"
    )
    return (
        kubeapi.is_rolled_out(kubeapi.get(deployment))
        and kubeapi.has_condition(kubeapi.get(gateway), "Programmed")
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


def _node_is_ready() -> bool:
    return kubeapi.has_condition(kubeapi.get(f"/api/v1/nodes/{paths.NODE_NAME}"), "Ready")
