"""A Kubernetes API server of one test run, with nothing behind it: no node, no controller."""

import json
import socket
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker import free_port
from programs import tool

import daemons

Object = dict[str, Any]
ADMINISTRATOR, STRANGER = "token-of-a-test", "another-token"
_USERS = f"""\
{ADMINISTRATOR},administrator,1,system:masters
{STRANGER},stranger,2
"""


@dataclass(frozen=True)
class ApiServer:
    """Hold a kubeconfig of its administrator, and one of somebody without rights.

    Attributes:
        authority: the certificate that it proves itself with, as PEM.
    """

    kubeconfig: Path
    stranger: Path
    authority: Path
    url: str

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl as the administrator."""
        done = subprocess.run(
            [tool("kubectl"), *arguments],
            input=stdin,
            env={"KUBECONFIG": str(self.kubeconfig), "HOME": str(self.kubeconfig.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running(folder: Path, authenticator: str) -> Generator[ApiServer]:
    """Run etcd and an API server in a folder until the block ends.

    Args:
        folder: an empty one.
        authenticator: the address that is asked about tokens which the server does not know.
    """
    client, peer, port = (free_port() for _ in range(3))
    etcd, key = f"http://127.0.0.1:{client}", folder / "sa.key"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    (folder / "tokens.csv").write_text(_USERS)
    (folder / "authenticator").write_text(json.dumps(_config({"server": authenticator}, {})))
    commands = (
        [
            tool("etcd"), f"--data-dir={folder}/etcd", f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}", f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster=default=http://127.0.0.1:{peer}", "--unsafe-no-fsync",
            "--log-level=error",
        ],
        [
            tool("kube-apiserver"), f"--etcd-servers={etcd}", f"--secure-port={port}",
            "--bind-address=127.0.0.1", f"--cert-dir={folder}/certificates",
            f"--token-auth-file={folder}/tokens.csv", "--authorization-mode=RBAC",
            f"--authentication-token-webhook-config-file={folder}/authenticator",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://tests", f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
        ],
    )  # fmt: skip
    log = folder / "log"
    with daemons.running(commands, log) as started:
        server = ApiServer(
            _kubeconfig(folder, port, ADMINISTRATOR), _kubeconfig(folder, port, STRANGER),
            folder / "certificates/apiserver.crt", f"https://127.0.0.1:{port}",
        )  # fmt: skip
        _wait(server, started, port, log)
        yield server


def _kubeconfig(folder: Path, port: int, token: str) -> Path:
    file = folder / f"{token}.kubeconfig"
    cluster = {"server": f"https://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
    file.write_text(json.dumps(_config(cluster, {"token": token})))
    return file


def _config(cluster: Object, user: Object) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
        "clusters": [{"name": "tests", "cluster": cluster}],
        "users": [{"name": "tests", "user": user}],
    }


def _wait(
    server: ApiServer, started: Sequence[subprocess.Popen[bytes]], port: int, log: Path
) -> None:
    until = time.monotonic() + 180
    ready = ("get", "--raw", "/readyz")
    while True:
        assert all(process.poll() is None for process in started), log.read_text()[-3000:]
        assert time.monotonic() < until, log.read_text()[-3000:]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            server.kubectl(*ready)
        except (OSError, AssertionError):
            time.sleep(0.2)
        else:
            return
