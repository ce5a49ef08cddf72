"""Look for secrets where they must not be: process list, output, layers, files left behind."""

import base64
import gzip
import json
import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lab
from background import Background

from registry_login import authfile

GZIP = b"\x1f\x8b"
LARGEST = 64 * 1024 * 1024


def needles(secrets: Mapping[str, str]) -> dict[bytes, str]:
    """Map every spelling of a secret to its name: as it is, and in base64 at each alignment."""
    found: dict[bytes, str] = {}
    for name, value in secrets.items():
        assert len(value) >= 12, f"{name} is too short to be told from chance"
        found[value.encode()] = name
        for shift in range(3):
            encoded = base64.b64encode(b"\0" * shift + value.encode())
            # The first and last groups depend on the neighbours; the middle does not.
            found[encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]] = f"{name} in base64"
    return found


def seen(data: bytes, secrets: Mapping[str, str]) -> set[str]:
    """Name the secrets whose value is in the data."""
    return {name for needle, name in needles(secrets).items() if needle in data}


def in_files(
    roots: Iterable[Path], since: float, secrets: Mapping[str, str], patience: float = 0
) -> list[str]:
    """Name each file below the roots that changed since then and holds a secret.

    Args:
        roots: the folders.
        since: seconds since the epoch.
        secrets: their values by name.
        patience: seconds after which a file counts as left behind. Others on this machine use the
            same secrets meanwhile, and take their files away again.
    """
    found = _in_files(roots, since, secrets)
    end = time.monotonic() + patience
    while found and time.monotonic() < end:
        time.sleep(1)
        found = [it for it in found if Path(it.rpartition(": ")[0]).exists()]
    return found


def _in_files(roots: Iterable[Path], since: float, secrets: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                path = f"{folder}/{name}"
                try:
                    status = os.lstat(path)
                    if status.st_mtime < since or not stat.S_ISREG(status.st_mode):
                        continue
                    if status.st_size > LARGEST:
                        continue
                    data = Path(path).read_bytes()
                except OSError:
                    continue
                found += [f"{path}: {name}" for name in seen(data, secrets)]
    return found


def in_image(layout: Path, secrets: Mapping[str, str]) -> list[str]:
    """Name each blob of an OCI layout that holds a secret, compressed layers included."""
    found: list[str] = []
    blobs = list((layout / "blobs/sha256").iterdir())
    assert len(blobs) >= 3, f"{layout} holds no image"
    for blob in blobs:
        data = blob.read_bytes()
        data = gzip.decompress(data) if data.startswith(GZIP) else data
        found += [f"{blob.name[:12]}: {name}" for name in seen(data, secrets)]
    return found


def in_releases(secrets: Mapping[str, str]) -> list[str]:
    """Name each of helm's records of the release that holds a secret."""
    selector = f"--selector=owner=helm,name={lab.RELEASE}"
    text = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", "secrets", selector, "-o", "json")
    records = json.loads(text)["items"]
    assert records, "nothing is released"
    return [
        f"{record['metadata']['name']}: {name}"
        for record in records
        for name in seen(_unpacked(record["data"]["release"]), secrets)
    ]


def _unpacked(release: str) -> bytes:
    # Once as every Secret, once more by helm, which also compresses.
    return gzip.decompress(base64.b64decode(base64.b64decode(release)))


def in_logs(secrets: Mapping[str, str]) -> list[str]:
    """Name each container of the cluster whose log holds a secret."""
    text = lab.admin("kubectl", "get", "pods", "--all-namespaces", "-o", "json")
    found: list[str] = []
    for pod in json.loads(text)["items"]:
        place = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        for container in _containers(pod):
            log = lab.admin(
                "kubectl", "-n", place[0], "logs", place[1], "-c", container, check=False
            )
            found += [f"{place[1]}/{container}: {name}" for name in seen(log.encode(), secrets)]
    return found


def _containers(pod: dict[str, Any]) -> list[str]:
    spec = pod["spec"]
    return [c["name"] for c in (*spec.get("initContainers", []), *spec["containers"])]


def pull(reference: str, password: str, folder: Path) -> Path:
    """Copy an image from the registry into an OCI layout."""
    layout = folder / "layout"
    with authfile(reference, "todo", password) as login:
        subprocess.run(
            ["skopeo", "copy", "--quiet", "--src-tls-verify=false", "--authfile", login,
             f"docker://{reference}", f"oci:{layout}:image"],
            check=True,
        )  # fmt: skip
    return layout


@dataclass
class ProcessList(Background):
    """Read every process's argument list again and again while the block lasts."""

    secrets: Mapping[str, str]
    samples: int = 0
    found: set[str] = field(default_factory=set[str])

    def work(self) -> list[Callable[[], None]]:
        """Return the one who reads."""
        return [self._work]

    def _work(self) -> None:
        while not self.stop.is_set():
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = process.read_bytes()
                except OSError:
                    continue
                self.found |= {f"{name} in {line[:60]!r}" for name in seen(line, self.secrets)}
            self.samples += 1
            time.sleep(0.02)
