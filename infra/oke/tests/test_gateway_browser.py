"""A browser takes the gateway's address for safe, and none whose authority it does not know."""

import re
import subprocess
from pathlib import Path

import pytest

import browser_trust
import gateway_script
from acme import Authority
from api_server import ApiServer
from gateway_script import HOST, Ports

_AUTHORITY_INVALID = -202  # net::ERR_CERT_AUTHORITY_INVALID
pytestmark = pytest.mark.lab


def page(address: str, home: Path, ports: Ports) -> tuple[str, str]:
    """Open an address in a browser whose resolver leads the host here.

    Returns:
        What it shows, and what it logs.
    """
    here = f"MAP {HOST}:443 127.0.0.1:{ports.https}, MAP {HOST}:80 127.0.0.1:{ports.http}"
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu",
        f"--user-data-dir={home}/profile", f"--host-resolver-rules={here}", "--timeout=20000",
        "--enable-logging=stderr", "--dump-dom", address,
    ]  # fmt: skip
    done = subprocess.run(
        command, env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    return re.sub(r"<[^>]+>", " ", done.stdout).strip(), done.stderr


def test_a_browser_opens_it_as_safe_whichever_way_it_was_typed(
    cluster: ApiServer, home: Path, ports: Ports, authority: Authority, tmp_path: Path
) -> None:
    with gateway_script.certified(cluster, home, tmp_path, ports, authority):
        known, stranger = tmp_path / "known", tmp_path / "stranger"
        stranger.mkdir()
        browser_trust.add(known, authority.root)
        for scheme in ("https", "http"):
            assert page(f"{scheme}://{HOST}/ping", known, ports)[0] == "OK", scheme
        shown, said = page(f"https://{HOST}/ping", stranger, ports)
        assert shown == ""
        assert f"net_error {_AUTHORITY_INVALID}" in said
