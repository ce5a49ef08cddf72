"""A registry that speaks TLS and asks for a password, as ghcr.io does."""

import secrets
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import certificates
import daemons
import lab
from broker import free_port

from . import ADDRESS

_NODE = lab.STATE / "registry-hosts"
_CONFIG = """\
version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}/images}}}}
http:
  addr: {host}
  tls: {{certificate: {certificate}, key: {key}}}
auth: {{htpasswd: {{realm: test, path: {folder}/htpasswd}}}}
"""


@dataclass(frozen=True)
class Registry:
    """Hold where images go, how one signs in there, and who vouches for it."""

    host: str
    authority: Path
    password: Path
    user: str = "todo"

    @property
    def name(self) -> str:
        """Return what `--registry` is given."""
        return f"{self.host}/todo"


@contextmanager
def running(folder: Path) -> Generator[Registry]:
    """Run it in an empty folder, trusted by the node as all nodes trust ghcr.io's certificate."""
    host = f"{ADDRESS}:{free_port()}"
    issued = certificates.issue(folder, ADDRESS)
    registry = Registry(host, issued.authority, folder / "password")
    password = secrets.token_urlsafe()
    registry.password.write_text(password)
    hashed = subprocess.run(
        ("htpasswd", "-niB", registry.user), input=password, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    (folder / "htpasswd").write_text(hashed.strip() + "\n")
    config = folder / "config.yml"
    config.write_text(
        _CONFIG.format(folder=folder, host=host, certificate=issued.certificate, key=issued.key)
    )
    trust = _NODE / host
    trust.mkdir()
    try:
        (trust / "hosts.toml").write_text(
            f'server = "https://{host}"\n[host."https://{host}"]\n  ca = "{issued.authority}"\n'
        )
        with daemons.running([("docker-registry", "serve", str(config))], folder / "log"):
            yield registry
    finally:
        shutil.rmtree(trust)
