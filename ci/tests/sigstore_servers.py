"""A Sigstore of one test run: its own servers, and an issuer whose tokens are shaped as GitHub's.

What signs by an identity asks all of them: the authority for a certificate, two logs for a note of
it and of the signature, the clock for a stamp.
"""

import base64
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

# The newest that the Go of golang:1.26 builds.
# renovate: datasource=go depName=github.com/sigstore/fulcio
FULCIO = "v1.8.8"
# renovate: datasource=go depName=github.com/sigstore/rekor-tiles/v2
REKOR = "v2.3.0"
# renovate: datasource=go depName=github.com/transparency-dev/tesseract
TESSERACT = "v0.1.1"
# renovate: datasource=go depName=github.com/sigstore/timestamp-authority/v2
TIMESTAMPS = "v2.1.3"
# What `go install` makes each of; one of a package `posix` is called as here afterwards.
PROGRAMS = {
    "fulcio": f"github.com/sigstore/fulcio@{FULCIO}",
    "rekor-server": f"github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@{REKOR}",
    "tesseract": f"github.com/transparency-dev/tesseract/cmd/tesseract/posix@{TESSERACT}",
    "timestamp-server": "github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server"
    f"@{TIMESTAMPS}",
}
_LACKING = [name for name in ("cosign", *PROGRAMS) if not shutil.which(name)]
needs_sigstore = pytest.mark.skipif(
    bool(_LACKING),
    reason=f"needs {', '.join(_LACKING)} on PATH, which take a processor minutes to build: go "
    f"install {' '.join(PROGRAMS[name] for name in _LACKING if name in PROGRAMS)}",
)
WORKFLOW = "octo/app/.github/workflows/deploy.yml@refs/heads/main"
IDENTITY = f"https://github.com/{WORKFLOW}"
BEARER = "canary-bearer-of-a-job-on-github"
_SINCE = "2025-01-01T00:00:00Z"
# A log is known by the host of its address.
_ORIGIN = "127.0.0.1"


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
        signature = _run("openssl", "dgst", "-sha256", "-sign", key, given=signed.encode())
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
        said = _run("openssl", "rsa", "-in", key, "-noout", "-modulus").decode()
        modulus = bytes.fromhex(said.strip().partition("=")[2])
        return {
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one", "e": "AQAB",
            "n": _encoded(modulus),
        }  # fmt: skip


@dataclass(frozen=True)
class Sigstore:
    """Hold who vouches, and the folder that release.toml may name."""

    issuer: Issuer
    folder: Path


@contextmanager
def issuing(folder: Path) -> Generator[Issuer]:
    """Serve an issuer until the block ends."""
    _run("openssl", "genrsa", "-out", str(folder / "issuer.key"), "2048")
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running(folder: Path, free_address: Callable[[], str]) -> Generator[Sigstore]:
    """Run a Sigstore until the block ends.

    Args:
        folder: an empty one.
        free_address: names ``HOST:PORT`` where nobody listens.
    """
    with ExitStack() as stack:
        issuer = stack.enter_context(issuing(folder))
        _make_keys(folder)
        config = folder / "fulcio.json"
        config.write_text(json.dumps(_authority(issuer)))
        ca, clock, log, certificates = (free_address() for _ in range(4))
        _start(
            stack, folder, f"http://{certificates}/ct/v1/get-roots",
            "tesseract", "--private_key", "ct.key", "--origin", _ORIGIN,
            "--storage_dir", "certificates", "--roots_pem_file", "ca.pem",
            "--ext_key_usages", "CodeSigning", "--http_endpoint", certificates,
            "--checkpoint_interval", "1s",
        )  # fmt: skip
        _start(
            stack, folder, f"http://{ca}/healthz",
            "fulcio", "serve", *_at(ca, "--host", "--port"),
            *_at(free_address(), "--grpc-host", "--grpc-port"),
            *_at(free_address(), "", "--metrics-port"), "--config-path", str(config),
            "--legacy-unix-domain-socket", str(folder / "fulcio.socket"),
            "--ca", "fileca", "--fileca-cert", "ca.pem", "--fileca-key", "ca.key",
            "--fileca-key-passwd", "pass", "--fileca-watch=false",
            "--ct-log-url", f"http://{certificates}",
        )  # fmt: skip
        _start(
            stack, folder, f"http://{log}/healthz",
            "rekor-server", "serve", *_at(log, "--http-address", "--http-port"),
            *_at(free_address(), "--grpc-address", "--grpc-port"),
            *_at(free_address(), "", "--http-metrics-port"), "--hostname", _ORIGIN,
            "--storage-dir", "log", "--signer-filepath", "log.key",
            "--checkpoint-interval", "1s",
        )  # fmt: skip
        chain = f"http://{clock}/api/v1/timestamp/certchain"
        _start(
            stack, folder, chain,
            "timestamp-server", "serve", *_at(clock, "--host", "--port"),
            "--timestamp-signer", "memory", "--disable-ntp-monitoring",
        )  # fmt: skip
        with urllib.request.urlopen(chain, timeout=10) as answer:
            (folder / "clock.pem").write_bytes(answer.read())
        own = folder / "sigstore"
        own.mkdir()
        _cosign(
            folder, "trusted-root", "create", "--out", str(own / "trusted_root.json"),
            "--fulcio", f"url=http://{ca},certificate-chain=ca.pem",
            "--ctfe", f"url=http://{certificates},public-key=ct.pub,start-time={_SINCE}",
            "--rekor", f"url=http://{log},public-key=log.pub,start-time={_SINCE},origin={_ORIGIN}",
            "--tsa", f"url=http://{clock},certificate-chain=clock.pem",
        )  # fmt: skip
        since = f"start-time={_SINCE},operator=test"
        _cosign(
            folder, "signing-config", "create", "--out", str(own / "signing_config.json"),
            "--fulcio", f"url=http://{ca},api-version=1,{since}",
            "--oidc-provider", f"url={issuer.url},api-version=1,{since}",
            "--rekor", f"url=http://{log},api-version=2,{since}", "--rekor-config", "ANY",
            "--tsa", f"url=http://{clock}/api/v1/timestamp,api-version=1,{since}",
            "--tsa-config", "ANY",
        )  # fmt: skip
        for made in own.iterdir():
            made.chmod(0o644)
        yield Sigstore(issuer, own)


def _authority(issuer: Issuer) -> Mapping[str, Any]:
    """Write whom the authority trusts, as the public one does for GitHub."""
    known = {"IssuerURL": issuer.url, "ClientID": "sigstore"}
    url = "https://github.com/{{ .job_workflow_ref }}"
    said = {"GithubWorkflowRepository": "repository", "BuildSignerURI": url}
    template = {"ExtensionTemplates": said, "SubjectAlternativeNameTemplate": url}
    return {
        "OIDCIssuers": {issuer.url: {**known, "Type": "ci-provider", "CIProvider": "github"}},
        "CIIssuerMetadata": {"github": template},
    }


def _make_keys(folder: Path) -> None:
    for name in ("certificates", "log"):
        (folder / name).mkdir()
    elliptic = ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    for name, kind in (
        ("ca", (*elliptic, "-aes256", "-pass", "pass:pass")),
        # As SEC 1 has it, which is all that tesseract reads.
        ("ct", ("ecparam", "-genkey", "-name", "prime256v1", "-noout")),
        ("log", ("genpkey", "-algorithm", "ed25519")),
    ):
        key = str(folder / f"{name}.key")
        _run("openssl", *kind, "-out", key)
        _run("openssl", "pkey", "-in", key, "-passin", "pass:pass", "-pubout", "-out",
             str(folder / f"{name}.pub"))  # fmt: skip
    _run(
        "openssl", "req", "-x509", "-new", "-key", str(folder / "ca.key"), "-passin", "pass:pass",
        "-subj", "/O=test/CN=authority", "-days", "2", "-out", str(folder / "ca.pem"),
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip


def _start(stack: ExitStack, folder: Path, url: str, name: str, *arguments: str) -> None:
    """Start a server that ends with the stack, and wait until it answers."""
    log = stack.enter_context((folder / f"{name}.log").open("w"))
    server = subprocess.Popen(
        [name, *arguments], cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
    )

    def end() -> None:
        server.kill()
        server.wait()

    stack.callback(end)
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            said = (folder / f"{name}.log").read_text()[-2000:]
            assert server.poll() is None, f"{name}: {said}"
            assert time.monotonic() < until, f"{name}: {said}"
            time.sleep(0.1)


def _at(address: str, host: str, port: str) -> tuple[str, ...]:
    at, _, number = address.partition(":")
    return (*((host, at) if host else ()), port, number)


def _cosign(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["cosign", *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _run(*argv: str, given: bytes = b"") -> bytes:
    return subprocess.run(argv, input=given, capture_output=True, check=True).stdout


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
