"""An authority of one test run: Let's Encrypt's own test server, which asks as the real one."""

import json
import ssl
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import certificates
from broker import free_port
from programs import tool

import daemons


@dataclass(frozen=True)
class Authority:
    """Hold where certificates are asked for, and whom one has to trust for that and for them."""

    directory: str
    own_certificate: Path
    root: Path


@contextmanager
def running(folder: Path, https_port: int, address: str = "127.0.0.1") -> Generator[Authority]:
    """Run an authority to which every name is this machine, until the block ends.

    Args:
        folder: an empty one.
        https_port: where it looks whether somebody answers for a name.
        address: of this machine, where it listens and to which it takes every name to lead.
    """
    port, names = free_port(), free_port()
    management = f"{address}:{free_port()}"
    own = certificates.issue(folder, address)
    config = folder / "config.json"
    config.write_text(
        json.dumps(
            {
                "pebble": {
                    "listenAddress": f"{address}:{port}",
                    "managementListenAddress": management,
                    "certificate": str(own.certificate),
                    "privateKey": str(own.key),
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
            tool("pebble-challtestsrv"), "-dns01", f"127.0.0.1:{names}",
            "-defaultIPv4", address, "-defaultIPv6", "",
            "-doh", "", "-http01", "", "-https01", "", "-tlsalpn01", "",
            "-management", f"127.0.0.1:{free_port()}",
        ],
        [tool("pebble"), "-config", str(config), "-dnsserver", f"127.0.0.1:{names}"],
    )  # fmt: skip
    log = folder / "log"
    environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    with daemons.running(commands, log, environment):
        root = folder / "root.pem"
        root.write_text(_root(management, own.authority, log))
        yield Authority(f"https://{address}:{port}/dir", own.authority, root)


def _root(management: str, trusted: Path, log: Path) -> str:
    """Wait until it answers, and read whom one has to trust for what it signs."""
    context = ssl.create_default_context(cafile=str(trusted))
    until = time.monotonic() + 60
    while True:
        try:
            url = f"https://{management}/roots/0"
            with urllib.request.urlopen(url, context=context, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.1)
