"""Run etcd; set a damaged data folder aside instead of failing for ever."""

import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from todo_lab import paths
from todo_lab.errors import LabError
from todo_lab.services import supervisor

DATA = paths.STATE / "etcd"
CLIENT_URL = "https://127.0.0.1:2379"
_PEER_URL = "https://127.0.0.1:2380"
_METRICS_URL = "http://127.0.0.1:2381"
PORT_TAKEN = re.compile(r"address already in use|cannot assign requested address")


def service() -> supervisor.Service:
    """Return etcd; even on loopback only holders of a certificate of the lab may talk to it."""
    certificate, key, authority = (
        str(paths.PKI / name) for name in ("etcd.crt", "etcd.key", "ca.crt")
    )
    return supervisor.Service(
        name="etcd",
        argv=(
            str(paths.BIN / "etcd"),
            "--name=todo-lab",
            f"--data-dir={DATA}",
            f"--listen-client-urls={CLIENT_URL}",
            f"--advertise-client-urls={CLIENT_URL}",
            f"--listen-peer-urls={_PEER_URL}",
            f"--initial-advertise-peer-urls={_PEER_URL}",
            f"--initial-cluster=todo-lab={_PEER_URL}",
            f"--listen-metrics-urls={_METRICS_URL}",
            f"--cert-file={certificate}",
            f"--key-file={key}",
            f"--trusted-ca-file={authority}",
            "--client-cert-auth",
            f"--peer-cert-file={certificate}",
            f"--peer-key-file={key}",
            f"--peer-trusted-ca-file={authority}",
            "--peer-client-cert-auth",
            "--auto-compaction-retention=10m",
            "--log-level=warn",
            # One node on one machine: a process that is killed loses nothing by it, and a
            # machine that loses power may: then the data is set aside as damaged.
            "--unsafe-no-fsync",
        ),
        files=(paths.PKI / "etcd.crt",),
    )


def ensure() -> tuple[str, Path | None]:
    """Let etcd run; return what was done, and where damaged data was set aside if it was.

    Damaged means: there was data, and etcd ended by itself before it was healthy, for another
    reason than a taken port. It then gets one more start, with nothing.
    """
    done = supervisor.ensure(service())
    if _becomes_healthy():
        return done, None
    log = supervisor.log_tail("etcd")
    if supervisor.running("etcd") or not (DATA / "member").exists() or PORT_TAKEN.search(log):
        raise LabError(f"etcd does not become healthy:\n{log}", "./do lab logs etcd")
    aside = set_aside(DATA, datetime.now(UTC))
    supervisor.ensure(service())
    if not _becomes_healthy():
        raise LabError(
            f"etcd does not start, not even with no data (the old is in {aside}):\n"
            + supervisor.log_tail("etcd"),
            "./do lab logs etcd",
        )
    return "started", aside


def set_aside(data: Path, now: datetime) -> Path:
    """Rename the data folder so that its name says what and when; return the new name."""
    aside = data.with_name(f"{data.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{data.name}.damaged-{now:%Y%m%dT%H%M%SZ}-{number}")
    data.rename(aside)
    return aside


def _becomes_healthy(seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while supervisor.running("etcd") and time.monotonic() < until:
        if _is_healthy():
            return True
        time.sleep(0.1)
    return False


def _is_healthy() -> bool:
    try:
        with urllib.request.urlopen(f"{_METRICS_URL}/health", timeout=2) as answer:  # noqa: S310
            return b'"true"' in answer.read()
    except (urllib.error.URLError, OSError):
        return False
