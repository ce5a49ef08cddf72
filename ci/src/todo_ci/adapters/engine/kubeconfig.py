"""A cluster on the caller's own machine, seen from inside a container.

There a kubeconfig's 127.0.0.1 means the container itself. So the caller's address is bound to it
as a service, and the kubeconfig is pointed at the service's name. The certificate is still checked
against the name it was made for.
"""

from typing import Any
from urllib.parse import SplitResult, urlsplit

import yaml

from todo_ci.errors import InputError

HOST = "kubernetes-api"
"""The name that a container finds the service by."""


def is_loopback(host: str | None) -> bool:
    """Tell whether a host name or address means whoever asks."""
    name = host or ""
    return name == "localhost" or name.startswith("127.") or name == "::1"


def refuse_loopback(kubeconfig: str) -> None:
    """Refuse a kubeconfig whose cluster no container can reach; one that is broken passes here.

    Raises:
        InputError: naming the server, and the flag that helps.
    """
    cluster = _cluster(_read(kubeconfig))
    server = _server(cluster)
    if cluster is None or server is None or not is_loopback(server.hostname):
        return
    raise InputError(
        f"the kubeconfig's server {cluster['server']} means each container itself",
        accepted="a server on the network, or --api with this machine's address of it",
        next_step=f"add --api tcp://{server.netloc}, or set <VERB>_API in .env",
    )


def through(kubeconfig: str, port: int) -> str:
    """Point a kubeconfig at the service; one that names no cluster is returned as it is.

    Args:
        kubeconfig: its text.
        port: of the service.
    """
    config = _read(kubeconfig)
    cluster = _cluster(config)
    server = _server(cluster)
    if cluster is None or server is None or server.hostname is None:
        return kubeconfig
    # Go compares an address here with the certificate's addresses, a name with its names.
    cluster.setdefault("tls-server-name", server.hostname)
    cluster["server"] = server._replace(netloc=f"{HOST}:{port}").geturl()
    return yaml.safe_dump(config)


def _read(kubeconfig: str) -> Any:
    try:
        return yaml.safe_load(kubeconfig)
    except yaml.YAMLError:
        return None  # the look before a deploy says what is wrong with it


def _cluster(config: Any) -> dict[str, Any] | None:
    """Find the cluster of the current context, as kubectl does."""
    try:
        contexts = {entry["name"]: entry["context"] for entry in config["contexts"]}
        clusters = {entry["name"]: entry["cluster"] for entry in config["clusters"]}
        return clusters[contexts[config["current-context"]]["cluster"]]
    except (KeyError, TypeError):
        return None


def _server(cluster: dict[str, Any] | None) -> SplitResult | None:
    try:
        return urlsplit(str((cluster or {})["server"]))
    except (KeyError, TypeError, ValueError):
        return None
