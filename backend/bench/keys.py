"""Tokens as sign-in gives them, and the address where their key is published."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.signers import ISSUER, Signer, claims

_HOUR = 3600


@contextmanager
def published() -> Generator[tuple[Signer, dict[str, str]]]:
    """Publish a key; yield who signs with it, and the backend's settings that believe it."""
    signer = Signer()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"keys": [signer.jwk]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the bench prints a table."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield (
            signer,
            {
                "TODO_IDENTITY": "token",
                "BETTER_AUTH_URL": ISSUER,
                "BETTER_AUTH_JWKS_URL": f"http://127.0.0.1:{server.server_port}/api/auth/jwks",
            },
        )
    finally:
        server.shutdown()


def token(signer: Signer, user: str) -> str:
    """Sign a token that outlasts the bench."""
    good = claims(sub=user)
    return signer.sign(good | {"exp": good["iat"] + _HOUR})
