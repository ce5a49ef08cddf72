"""Call infra/oke/gateway.sh as a person does, and run what it installs on this machine."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker import free_port
from programs import tool
from rendering import REPOSITORY

from acme import Authority
from api_server import ADMINISTRATOR, ApiServer

SCRIPT = REPOSITORY / "infra/oke/gateway.sh"
HOST, ADDRESS = "todo.example.test", "127.0.0.1"
NAMESPACE = ("--namespace", "traefik")
NAMED = ("--host", HOST, "--email", "me@example.com", "--address", ADDRESS)


def run(
    *arguments: str, home: Path, kubeconfig: Path | str = "/none", timeout: int = 120
) -> subprocess.CompletedProcess[str]:
    """Run the script; curl reads its settings from `home`."""
    programs = Path(tool("kubectl")).parent
    return subprocess.run(
        [SCRIPT, *arguments],
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            "KUBECONFIG": str(kubeconfig),
            "HOME": str(home),
        },
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def gateway(
    cluster: ApiServer, home: Path, authority: Authority, *arguments: str, seconds: int = 0
) -> subprocess.CompletedProcess[str]:
    """Install with an authority of the test, and wait so many seconds for the way in."""
    given = (*NAMED, "--authority", authority.directory, "--timeout", str(seconds), *arguments)
    return run(*given, home=home, kubeconfig=cluster.kubeconfig)


@dataclass(frozen=True)
class Ports:
    """Hold where a Traefik listens in place of 80, 443 and the pod's own port."""

    http: int
    https: int
    ping: int

    @classmethod
    def free(cls) -> "Ports":
        return cls(free_port(), free_port(), free_port())


def curl_settings(home: Path, ports: Ports, root: Path | None) -> None:
    """Have curl take this machine for the host, as its people's resolvers would."""
    lines = [
        f'connect-to = "{HOST}:443:127.0.0.1:{ports.https}"',
        f'connect-to = "{HOST}:80:127.0.0.1:{ports.http}"',
    ]
    lines += [f'cacert = "{root}"'] if root else []
    (home / ".curlrc").write_text("\n".join(lines) + "\n")


def own_address() -> str:
    """Return an address of this machine that an EndpointSlice may hold: none of loopback's."""
    # Nothing is sent: connecting a datagram socket only chooses the way.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chooser:
        chooser.connect(("192.0.2.1", 9))
        return chooser.getsockname()[0]


def set_status(cluster: ApiServer, what: str, status: dict[str, Any]) -> None:
    """Say how it is, as its controller would."""
    patch = ("--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))
    cluster.kubectl(*NAMESPACE, "patch", what, *patch)


def make_healthy(cluster: ApiServer, address: str = ADDRESS) -> None:
    set_status(
        cluster,
        "deployment/traefik",
        {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1},
    )
    set_status(cluster, "service/traefik", {"loadBalancer": {"ingress": [{"ip": address}]}})


def make_endpoints(cluster: ApiServer, namespace: str, service: str, named: str, port: int) -> None:
    """Say where a Service's pods are, as its controller would: at a port of this machine."""
    endpoints = {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {
            "name": service, "namespace": namespace,
            "labels": {"kubernetes.io/service-name": service},
        },
        "endpoints": [{"addresses": [own_address()], "conditions": {"ready": True}}],
        "ports": [{"name": named, "port": port, "protocol": "TCP"}],
    }  # fmt: skip
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(endpoints))


@contextmanager
def serving(
    cluster: ApiServer, folder: Path, ports: Ports, authority: Authority
) -> Generator[Path]:
    """Run the Traefik that is described in the cluster, as a process here; yield its log."""
    get = ("get", "deployment", "traefik", "-o", "json")
    pod = json.loads(cluster.kubectl(*NAMESPACE, *get))["spec"]["template"]["spec"]
    places = {
        "=:8000": f"=127.0.0.1:{ports.http}",
        "=:8443": f"=127.0.0.1:{ports.https}",
        "=:8080": f"=:{ports.ping}",
        "=/certificates/": f"={folder}/",
    }
    arguments: list[str] = pod["containers"][0]["args"]
    for there, here in places.items():
        arguments = [argument.replace(there, here) for argument in arguments]
    certificates = cluster.kubeconfig.parent / "certificates/apiserver.crt"
    server = json.loads(cluster.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    for provider in ("--providers.kubernetesIngress", "--providers.kubernetesGateway"):
        if f"{provider}=true" in arguments:
            arguments += [
                f"{provider}.endpoint={server}",
                f"{provider}.token={ADMINISTRATOR}",
                f"{provider}.certAuthFilePath={certificates}",
            ]
    log = folder / "traefik.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [tool("traefik"), *arguments], stdout=output, stderr=subprocess.STDOUT,
            env={"LEGO_CA_CERTIFICATES": str(authority.own_certificate)},
        )  # fmt: skip
    try:
        _wait(process, ports.ping, log)
        yield log
    finally:
        process.terminate()
        process.wait()


@contextmanager
def certified(
    cluster: ApiServer, home: Path, folder: Path, ports: Ports, authority: Authority
) -> Generator[subprocess.CompletedProcess[str]]:
    """Have a gateway that serves with its certificate; yield what the script said of it."""
    gateway(cluster, home, authority)
    make_healthy(cluster)
    make_endpoints(cluster, "traefik", "ping", "ping", ports.ping)
    with serving(cluster, folder, ports, authority) as log:
        done = gateway(cluster, home, authority, seconds=60)
        assert done.returncode == 0, done.stderr + log.read_text()
        yield done


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.1)
        else:
            return
