"""A person's machine: it knows the gateway's name, and trusts who signed for gateway and registry.

On any other machine a name server does the one, and the authorities in its store the other. Here
the name is in a mount namespace of each command's own, so that this machine keeps its files.
"""

import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import lab

from . import ADDRESS, HOST

_STORE = Path("/etc/ssl/certs/ca-certificates.crt")
_ENTER = 'mount --bind "$1" /etc/hosts; shift; exec "$@"'


@dataclass(frozen=True)
class Machine:
    """Hold the two files that are a machine's own."""

    hosts: Path
    store: Path

    @classmethod
    def make(cls, folder: Path, authorities: Iterable[Path]) -> "Machine":
        """Make one in a folder that trusts these too."""
        machine = cls(folder / "hosts", folder / "authorities.pem")
        machine.hosts.write_text(f"{Path('/etc/hosts').read_text()}\n{ADDRESS} {HOST}\n")
        trusted = (_STORE, *authorities)
        machine.store.write_text("\n".join(file.read_text() for file in trusted))
        return machine

    def run(self, *argv: str, timeout: float = 240, **environment: str) -> lab.Run:
        """Run a command to its end, with nothing set for it but where base images are."""
        enter = ("unshare", "--mount", "--", "sh", "-euc", _ENTER, "-", str(self.hosts))
        of_the_lab = lab.pipeline_environment()
        start = time.monotonic()
        done = subprocess.run(
            [*enter, *argv],
            cwd=lab.ROOT,
            env={
                **lab.nothing_set(),
                **{name: of_the_lab[name] for name in ("PATH", "CONTAINERS_REGISTRIES_CONF")},
                "REGISTRY_AUTH_FILE": str(lab.STATE / "auth.json"),
                "SSL_CERT_FILE": str(self.store),
                "CURL_CA_BUNDLE": str(self.store),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        run = lab.Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start)
        print(f"\n$ {' '.join(argv)}  [{run.exit_code}] {run.seconds:.1f} s\n{run.text}")
        return run
