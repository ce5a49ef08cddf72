"""An issuer whose tokens are shaped as GitHub's."""

import base64
import json
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from http_servers import serving

WORKFLOW = "octo/app/.github/workflows/deploy.yml@refs/heads/main"
IDENTITY = f"https://github.com/{WORKFLOW}"
BEARER = "canary-bearer-of-a-job-on-github"


@dataclass
class Issuer:
    """Vouch for workflows, as GitHub does.

    Args:
        folder: where its key is.
        url: where it answers.
        claims: over those of a token that it gives a job which asks for one.
        given: every token.
    """

    folder: Path
    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    given: list[str] = field(default_factory=list[str])

    def token(self, **claims: Any) -> str:
        """Make a token, by default one that a job of the workflow gets."""
        now = int(time.time())
        repository = {
            "repository": "octo/app", "repository_id": "1", "repository_owner": "octo",
            "repository_owner_id": "2", "repository_visibility": "private",
            "sub": "repo:octo/app:environment:oke", "sha": "0" * 40, "ref": "refs/heads/main",
            "event_name": "push", "workflow": "deploy", "run_id": "3", "run_attempt": "1",
            "runner_environment": "github-hosted", "job_workflow_sha": "0" * 40,
            "workflow_sha": "0" * 40, "job_workflow_ref": WORKFLOW, "workflow_ref": WORKFLOW,
        }  # fmt: skip
        times = {"iat": now, "nbf": now - 5, "exp": now + 300}
        said = {"iss": self.url, "aud": "sigstore", **times, **repository, **claims}
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "one"}, said]
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
        key = str(self.folder / "issuer.key")
        signature = run("openssl", "dgst", "-sha256", "-sign", key, given=signed.encode())
        self.given.append(f"{signed}.{_encoded(signature)}")
        return self.given[-1]

    @property
    def of_a_job(self) -> str:
        """Return the two lines by which a job asks for tokens."""
        return f"{self.url}/token?api-version=2.0\n{BEARER}\n"

    def answer(self, path: str, bearer: str) -> Any:
        """Answer as GitHub's endpoints do; None where there is nothing."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url, "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
            }  # fmt: skip
        if path == "/keys":
            return {"keys": [self._key()]}
        asked, _, audience = path.partition("&audience=")
        if asked == "/token?api-version=2.0" and bearer == f"bearer {BEARER}":
            return {"value": self.token(**{"aud": audience, **self.claims})}
        return None

    def _key(self) -> Mapping[str, str]:
        key = str(self.folder / "issuer.key")
        said = run("openssl", "rsa", "-in", key, "-noout", "-modulus").decode()
        modulus = bytes.fromhex(said.strip().partition("=")[2])
        return {
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one", "e": "AQAB",
            "n": _encoded(modulus),
        }  # fmt: skip


@contextmanager
def issuing(folder: Path, host: str) -> Generator[Issuer]:
    """Serve an issuer at an address of this machine until the block ends."""
    run("openssl", "genrsa", "-out", str(folder / "issuer.key"), "2048")
    issuer = Issuer(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = issuer.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with serving(Handler, host) as issuer.url:
        yield issuer


def run(*argv: str, given: bytes = b"") -> bytes:
    """Run a program and return what it prints."""
    return subprocess.run(argv, input=given, capture_output=True, check=True).stdout


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
