"""Spans reach a collector, the last ones too, and one that is away holds nobody up."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from migrations.runner import upgrade
from tests.cli.test_cli import BACKEND, wait_for
from tests.test_dapr_client import free_port


@contextmanager
def serving(folder: Path, collector_port: int) -> Generator[tuple[subprocess.Popen[bytes], str]]:
    """Serve with a collector; spans wait for the end of the process to be sent."""
    port = free_port()
    upgrade(f"sqlite+aiosqlite:///{folder}/todo.db")
    process = subprocess.Popen(
        [sys.executable, BACKEND / "todo", "serve"],
        env={
            "PATH": os.defpath,
            "DATABASE_URL": f"sqlite:///{folder}/todo.db",
            "TODO_PORT": str(port),
            "TODO_IDENTITY": "development",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "3600000",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/api/health/startup", 200)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def stop(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(60)


def test_the_last_spans_are_sent_before_the_end_without_what_was_searched(tmp_path: Path) -> None:
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with serving(tmp_path, server.server_port) as (process, url):
            httpx.get(f"{url}/api/dev-user/tasks?q=canary", trust_env=False, verify=False)
            assert bodies == []
            assert stop(process) == -signal.SIGTERM
        server.shutdown()
    (span,) = [
        span
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for library in resource.scope_spans
        for span in library.spans
        if span.name == "GET /api/{user_id}/tasks"
    ]
    attributes = {item.key: item.value.string_value for item in span.attributes}
    assert attributes["url.query"] == "REDACTED"
    assert b"canary" not in b"".join(bodies)


@pytest.mark.parametrize("listens", [True, False])
def test_a_collector_that_is_away_holds_up_neither_start_nor_request_nor_end(
    tmp_path: Path, listens: bool
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        with serving(tmp_path, silent.getsockname()[1]) as (process, url):
            answer = httpx.get(f"{url}/api/dev-user/tasks", trust_env=False, verify=False)
            assert answer.status_code == 200
            assert stop(process) == -signal.SIGTERM
