"""The promise: an https address that nobody can trust is no answer, whatever it would say."""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from todo_ci.scripts import http_probe


@dataclass(frozen=True)
class Place:
    """Where somebody answers, and whom one has to trust for that."""

    url: str
    certificate: Path


class Nothing(BaseHTTPRequestHandler):
    """Have no page, as a gateway before the first release."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def https(tmp_path: Path) -> Generator[Place]:
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
            "-subj", "/CN=nobody knows", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", key, "-out", certificate,
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), Nothing)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Place(f"https://127.0.0.1:{server.server_port}", certificate)
    server.shutdown()
    server.server_close()


def ask(url: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, http_probe.__file__, "--url", url, "/"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (answer,) = json.loads(done.stdout)
    return answer


def test_a_certificate_that_nobody_trusts_is_an_error_and_no_answer(https: Place) -> None:
    answer = ask(https.url)
    assert answer["status"] == 0
    assert "certificate verify failed" in answer["error"]


def test_one_that_is_trusted_leaves_what_was_answered(https: Place) -> None:
    answer = ask(https.url, SSL_CERT_FILE=str(https.certificate))
    assert (answer["status"], answer["error"]) == (404, "")
