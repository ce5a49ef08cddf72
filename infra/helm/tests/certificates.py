"""An authority of one test, and the certificate of one of its servers."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")


@dataclass(frozen=True)
class Certificate:
    """Hold the files of a certificate, and of the authority that vouches for it."""

    authority: Path
    certificate: Path
    key: Path


def issue(folder: Path, address: str) -> Certificate:
    """Make an authority in a folder, and a certificate of it for an IP address."""
    issued = Certificate(folder / "authority.pem", folder / "server.crt", folder / "server.key")
    own_key = folder / "authority.key"
    # Without it Python 3.13 takes it for none.
    signs = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _request("/CN=authority of a test", own_key, issued.authority, *signs)
    _request(
        "/CN=server of a test", issued.key, issued.certificate,
        "-addext", f"subjectAltName=IP:{address}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-CA", str(issued.authority), "-CAkey", str(own_key),
    )  # fmt: skip
    return issued


def _request(subject: str, key: Path, certificate: Path, *more: str) -> None:
    files = ("-keyout", str(key), "-out", str(certificate))
    command = ("openssl", "req", "-x509", *_CURVE, "-subj", subject, *files, *more)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
