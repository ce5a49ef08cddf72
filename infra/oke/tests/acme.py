"""An authority of one test run: Let's Encrypt's own test server, which asks as the real one."""

import json
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broker import free_port
from programs import tool

import processes


@dataclass(frozen=True)
class Authority:
    """Hold where certificates are asked for, and whom one has to trust for that and for them."""

    directory: str
    own_certificate: Path
    root: Path


@contextmanager
def running(folder: Path, https_port: int) -> Generator[Authority]:
    """Run an authority to which every name is this machine, until the block ends.

    Args:
        folder: an empty one.
        https_port: where it looks whether somebody answers for a name.
    """
    port, management, names = (free_port() for _ in range(3))
    certificate, key = folder / "own.pem", folder / "own.key"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "1", "-subj", "/CN=authority of a test",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    config = folder / "config.json"
    config.write_text(
        json.dumps(
            {
                "pebble": {
                    "listenAddress": f"127.0.0.1:{port}",
                    "managementListenAddress": f"127.0.0.1:{management}",
                    "certificate": str(certificate),
                    "privateKey": str(key),
                    "httpPort": 1,
                    "tlsPort": https_port,
                    "retryAfter": {"authz": 1, "order": 1},
                    "profiles": {"default": {"description": "usual", "validityPeriod": 7776000}},
                }
            }
        )
    )
    commands = (
        [
            tool("pebble-challtestsrv"), "-dns01", f"127.0.0.1:{names}", "-defaultIPv6", "",
            "-doh", "", "-http01", "", "-https01", "", "-tlsalpn01", "",
            "-management", f"127.0.0.1:{free_port()}",
        ],
        [tool("pebble"), "-config", str(config), "-dnsserver", f"127.0.0.1:{names}"],
    )  # fmt: skip
    log = folder / "log"
    environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    with processes.running(commands, log, environment):
        root = folder / "root.pem"
        root.write_text(_root(certificate, management, log))
        yield Authority(f"https://127.0.0.1:{port}/dir", certificate, root)


def _root(certificate: Path, management: int, log: Path) -> str:
    """Wait until it answers, and read whom one has to trust for what it signs."""
    context = ssl.create_default_context(cafile=str(certificate))
    until = time.monotonic() + 60
    while True:
        try:
            url = f"https://127.0.0.1:{management}/roots/0"
            with urllib.request.urlopen(url, context=context, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.1)
