"""A real daprd outside of Kubernetes, with manifests of infra/dapr-components and an app."""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from broker import free_port
from rendering import Manifest

TOKEN = "token-of-a-test"
PATIENCE = 120


@dataclass
class App:
    """Hold what an app was asked, and what it answers to events."""

    port: int
    answer: dict[str, str] = field(default_factory=dict[str, str])
    calls: list[tuple[str, dict[str, str], dict[str, Any]]] = field(
        default_factory=list[tuple[str, dict[str, str], dict[str, Any]]]
    )

    def wait(self, path: str, having: str = "") -> tuple[dict[str, str], dict[str, Any]]:
        """Wait for a call of a path whose body has a text in it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for called, headers, body in list(self.calls):
                if called == path and having in json.dumps(body):
                    return headers, body
            time.sleep(0.05)
        raise AssertionError(f"{path} was not called with {having!r}; calls: {self.calls}")


@dataclass(frozen=True)
class Daprd:
    """Hold a running daprd."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Call its API; return the status and the parsed body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def metadata(self) -> dict[str, Any]:
        """Ask what it loaded."""
        return self.call("GET", "/v1.0/metadata")[1]

    def complaints(self) -> list[str]:
        """Return what it logged as an error or worse."""
        found: list[str] = []
        for line in self.log.read_text().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                found.append(line)  # a panic, or what was said before the log was set up
                continue
            if entry["level"] in ("error", "fatal"):
                found.append(entry["msg"])
        return found


def standalone(
    manifests: Sequence[Manifest], secrets: Mapping[tuple[str, str], str]
) -> list[Manifest]:
    """Replace references to Secrets by their values, and nothing else."""

    def item(setting: dict[str, Any]) -> dict[str, Any]:
        if "secretKeyRef" not in setting:
            return setting
        reference = setting["secretKeyRef"]
        return {"name": setting["name"], "value": secrets[reference["name"], reference["key"]]}

    def one(manifest: Manifest) -> Manifest:
        if manifest["kind"] != "Component":
            return manifest
        spec = manifest["spec"]
        return manifest | {"spec": spec | {"metadata": [item(s) for s in spec["metadata"]]}}

    return [one(manifest) for manifest in manifests]


@contextmanager
def serving() -> Generator[App]:
    """Serve an app that records what it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Nothing but its health: daprd also asks for subscriptions an app makes by itself.
            self._reply({}, 200 if self.path == "/api/health/ready" else 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            app.calls.append((self.path, headers, json.loads(body or b"{}")))
            self._reply({"status": app.answer.get(self.path, "SUCCESS")})

        def _reply(self, body: dict[str, str], status: int = 200) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    app = App(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def running(
    program: str,
    manifests: Sequence[Manifest],
    folder: Path,
    app: App | None,
    app_id: str = "todo-backend",
    scheduler: str = "",
    **environment: str,
) -> Generator[Daprd]:
    """Run a daprd until the block ends, ready or exited when it begins.

    Args:
        program: the path that `lab tools daprd` prints.
        manifests: what it loads.
        folder: one without `resources` yet.
        app: whom it is beside; None for a program that listens nowhere.
        app_id: the name it goes by.
        scheduler: address of Dapr's scheduler, for jobs; empty for none.
        environment: variables for it, further ones or others.
    """
    resources = folder / "resources"
    resources.mkdir()
    for number, manifest in enumerate(manifests):
        place = folder if manifest["kind"] == "Configuration" else resources
        name = f"{number:02}-{manifest['kind'].lower()}.yaml"
        (place / name).write_text(yaml.safe_dump(manifest))
    configuration = [f"--config={path}" for path in folder.glob("*-configuration.yaml")]
    port = int(environment.get("DAPR_HTTP_PORT") or free_port())
    options = [f"--scheduler-host-address={scheduler}"] if scheduler else []
    if app is not None:
        options += [
            f"--app-port={app.port}",
            "--enable-app-health-check", "--app-health-check-path=/api/health/ready",
            "--app-health-probe-interval=1", "--app-health-probe-timeout=1000",
        ]  # fmt: skip
    command = [
        program, f"--app-id={app_id}", *options,
        f"--resources-path={resources}", *configuration, "--log-as-json",
        f"--dapr-http-port={port}", f"--dapr-grpc-port={free_port()}",
        f"--dapr-internal-grpc-port={free_port()}", f"--metrics-port={free_port()}",
        "--dapr-listen-addresses=127.0.0.1",
    ]  # fmt: skip
    log = folder / "daprd.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                "PATH": os.environ["PATH"],
                "NAMESPACE": "todo",
                "APP_API_TOKEN": TOKEN,
                **environment,
            },
        )
    daprd = Daprd(process, port, log)
    try:
        _wait(daprd)
        yield daprd
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(daprd: Daprd) -> None:
    until = time.monotonic() + PATIENCE
    while daprd.process.poll() is None:
        try:
            if daprd.call("GET", "/v1.0/healthz")[0] == 204:
                return
        except OSError:
            pass
        assert time.monotonic() < until, daprd.log.read_text()
        time.sleep(0.1)
