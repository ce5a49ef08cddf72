"""Where a cluster has the Gateway API, the chart's routes attach to it and get the same https."""

import json
import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from programs import tool
from rendering import Chart
from todo_lab.build import go_programs
from todo_lab.progress import Progress

import gateway_script
from acme import Authority
from api_server import ApiServer
from gateway_script import HOST, NAMESPACE, Ports, gateway, make_healthy, own_address

TODO = ("--namespace", "todo")


@pytest.fixture
def with_gateway_api(cluster: ApiServer) -> Generator[ApiServer]:
    """Give the API server the Gateway API's custom resources until the test ends."""
    definitions = str(go_programs.gateway_crds(Progress()))
    cluster.kubectl("apply", "--server-side", "-f", definitions)
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    yield cluster
    cluster.kubectl("delete", "-f", definitions, "--wait")


@contextmanager
def answering(name: str) -> Generator[int]:
    """Answer every request with a name; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((own_address(), 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def release(cluster: ApiServer, ports: dict[str, int]) -> None:
    """Make the chart's own route and Services, and say where their pods are."""
    cluster.kubectl("create", "namespace", "todo")
    chart = Chart(tool("helm"))
    rendered = chart.render(
        "--set=gateway.httpRoute.enabled=true", "--set=gateway.ingress.enabled=false",
        f"--set=gateway.url=https://{HOST}", values="values-oke.yaml",
    )  # fmt: skip
    ours = [m for m in rendered if m["kind"] in ("HTTPRoute", "Service")]
    assert {m["kind"] for m in ours} == {"HTTPRoute", "Service"}
    listed = {"apiVersion": "v1", "kind": "List", "items": ours}
    cluster.kubectl(*TODO, "apply", "-f", "-", stdin=json.dumps(listed))
    for component, port in ports.items():
        make = (f"todo-app-{component}", "http", port)
        gateway_script.make_endpoints(cluster, "todo", *make)


def get(home: Path, path: str) -> str:
    """Ask the gateway as a person's program does; an empty text is no answer one may trust."""
    done = subprocess.run(
        ["curl", "--silent", "--fail", "--max-time", "5", f"https://{HOST}{path}"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.lab
def test_the_charts_route_is_served_over_https(
    with_gateway_api: ApiServer, home: Path, ports: Ports, authority: Authority, tmp_path: Path
) -> None:
    cluster = with_gateway_api
    said = gateway(cluster, home, authority, "--dry-run").stdout
    assert "GatewayClass, Gateway" in said
    gateway(cluster, home, authority)
    make_healthy(cluster)
    gateway_script.make_endpoints(cluster, "traefik", "ping", "ping", ports.ping)
    listener = [{"op": "replace", "path": "/spec/listeners/0/port", "value": ports.https}]
    web = ("patch", "gateway", "web", "--type=json", "-p", json.dumps(listener))
    cluster.kubectl(*NAMESPACE, *web)
    with (
        answering("backend") as backend,
        answering("frontend") as frontend,
        gateway_script.serving(cluster, tmp_path, ports, authority) as log,
    ):
        release(cluster, {"backend": backend, "frontend": frontend})
        until = time.monotonic() + 60
        while get(home, "/") != "frontend":
            assert time.monotonic() < until, log.read_text()[-3000:]
            time.sleep(0.2)
        assert get(home, "/api/health") == "backend"
        assert get(home, "/api/auth/session") == "frontend"


@pytest.mark.lab
def test_without_it_the_gateway_serves_ingresses_alone(
    cluster: ApiServer, home: Path, authority: Authority
) -> None:
    said = gateway(cluster, home, authority, "--dry-run").stdout
    assert "no Gateway: the cluster has no Gateway API" in said
    gateway(cluster, home, authority)
    text = cluster.kubectl(*NAMESPACE, "get", "deployment", "traefik", "-o", "json")
    assert "kubernetesIngress=true" in text
    assert "kubernetesGateway" not in text
