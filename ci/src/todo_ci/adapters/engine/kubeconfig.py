"""A cluster on the caller's own machine, seen from inside a container.

There a kubeconfig's 127.0.0.1 means the container itself. So the caller's address is bound to it
as a service, and the kubeconfig is pointed at the service's name. The certificate is still checked
against the name it was made for.
"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import yaml

from todo_ci.core.kubeconfig import current, read, require_whole
from todo_ci.errors import InputError

HOST = "kubernetes-api"
"""The name that a container finds the service by."""
_HTTPS = 443


def is_loopback(host: str | None) -> bool:
    """Tell whether a host name or address means whoever asks.

    An address that stands for all of a machine's own, such as k3d's 0.0.0.0, leads there too.
    """
    name = (host or "").rstrip(".").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost") or name.startswith("127.")
    return address.is_loopback or address.is_unspecified


def refuse_loopback(kubeconfig: str) -> None:
    """Refuse a kubeconfig that no container can use.

    Raises:
        InputError: saying what else was given, or naming the files or the server that only the
            caller's machine has, and the flag that helps.
    """
    config = read(kubeconfig)
    require_whole(config)
    cluster = current(config, "cluster")
    server = _server(cluster)
    if server is None or not is_loopback(server.hostname):
        return
    raise InputError(
        f"the kubeconfig's server {cluster['server']} means each container itself",
        accepted="a server on the network, or --api with this machine's address of it",
        next_step=f"add --api {_here(server)}, or set <VERB>_API in .env",
    )


def through(kubeconfig: str, port: int) -> str:
    """Point a kubeconfig at the service; one that names no cluster is returned as it is.

    Args:
        kubeconfig: its text.
        port: of the service.

    Raises:
        InputError: for text that is no kubeconfig, or names files that no container has.
    """
    config = read(kubeconfig)
    require_whole(config)
    cluster = current(config, "cluster")
    server = _server(cluster)
    if server is None or server.hostname is None:
        return kubeconfig
    # Go compares an address here with the certificate's addresses, a name with its names.
    cluster.setdefault("tls-server-name", server.hostname)
    cluster["server"] = server._replace(netloc=f"{HOST}:{port}").geturl()
    return yaml.safe_dump(config)


def _here(server: SplitResult) -> str:
    """Name the address that the engine's own command reaches the server by."""
    host = server.hostname or ""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - nothing is bound
        host = "127.0.0.1"
    return f"tcp://{f'[{host}]' if ':' in host else host}:{server.port or _HTTPS}"


def _server(cluster: dict[str, Any]) -> SplitResult | None:
    try:
        server = urlsplit(str(cluster["server"]))
        _ = server.port  # which is read late, and may be no number
    except (KeyError, ValueError):
        return None
    return server
