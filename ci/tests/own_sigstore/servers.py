"""A Sigstore of one test run, of its own servers.

What signs by an identity asks all of them: the authority for a certificate, two logs for a note of
it and of the signature, the clock for a stamp.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from own_sigstore.issuer import Issuer, issuing, run

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
# Where a server asks itself.
_LOCAL = "127.0.0.1"
_SINCE = "2025-01-01T00:00:00Z"


@dataclass(frozen=True)
class Sigstore:
    """Hold who vouches, and the folder that release.toml may name."""

    issuer: Issuer
    folder: Path


@contextmanager
def running(folder: Path, host: str = _LOCAL) -> Generator[Sigstore]:
    """Run a Sigstore until the block ends.

    Args:
        folder: an empty one.
        host: address of this machine, where it is to be reached.
    """
    free_address = partial(_free_address, host)
    with ExitStack() as stack:
        issuer = stack.enter_context(issuing(folder, host))
        _make_keys(folder)
        config = folder / "fulcio.json"
        config.write_text(json.dumps(_authority(issuer)))
        ca, clock, log, certificates = (free_address() for _ in range(4))
        _start(
            stack, folder, f"http://{certificates}/ct/v1/get-roots",
            "tesseract", "--private_key", "ct.key", "--origin", host,
            "--storage_dir", "certificates", "--roots_pem_file", "ca.pem",
            "--ext_key_usages", "CodeSigning", "--http_endpoint", certificates,
            "--checkpoint_interval", "1s",
        )  # fmt: skip
        _start(
            stack, folder, f"http://{ca}/healthz",
            "fulcio", "serve", *_at(ca, "--host", "--port"),
            *_at(_free_address(_LOCAL), "--grpc-host", "--grpc-port"),
            *_at(free_address(), "", "--metrics-port"), "--config-path", str(config),
            "--legacy-unix-domain-socket", str(folder / "fulcio.socket"),
            "--ca", "fileca", "--fileca-cert", "ca.pem", "--fileca-key", "ca.key",
            "--fileca-key-passwd", "pass", "--fileca-watch=false",
            "--ct-log-url", f"http://{certificates}",
        )  # fmt: skip
        _start(
            stack, folder, f"http://{log}/healthz",
            "rekor-server", "serve", *_at(log, "--http-address", "--http-port"),
            *_at(_free_address(_LOCAL), "--grpc-address", "--grpc-port"),
            *_at(free_address(), "", "--http-metrics-port"), "--hostname", host,
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
            "--rekor", f"url=http://{log},public-key=log.pub,start-time={_SINCE},origin={host}",
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
        run("openssl", *kind, "-out", key)
        run("openssl", "pkey", "-in", key, "-passin", "pass:pass", "-pubout", "-out",
             str(folder / f"{name}.pub"))  # fmt: skip
    run(
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


def _free_address(host: str) -> str:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return f"{host}:{probe.getsockname()[1]}"


def _at(address: str, host: str, port: str) -> tuple[str, ...]:
    at, _, number = address.partition(":")
    return (*((host, at) if host else ()), port, number)


def _cosign(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["cosign", *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
