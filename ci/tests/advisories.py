"""A few advisories as OSV exports them, and the scanner that reads them."""

import json
import os
import shutil
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engines import ENGINE_REGISTRY, require_engine_registry
from http_servers import serving_folder
from todo_ci import tool_images

Object = dict[str, Any]
# From the advisories of these names, shortened to what decides.
_KNOWN: dict[str, list[tuple[str, str, str, list[str], str, list[str]]]] = {
    "Debian": [
        ("DEBIAN-CVE-2018-25032", "Debian:13", "zlib", ["1:1.2.11.dfsg-4"],
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", ["CVE-2018-25032"]),
        ("DEBIAN-CVE-2022-27943", "Debian:13", "gcc-14", [], "", ["CVE-2022-27943"]),
        ("DEBIAN-CVE-2022-3715", "Debian:12", "bash", ["9"], "", ["CVE-2022-3715"]),
    ],
    "Go": [("GO-2024-2598", "Go", "stdlib", ["1.21.8"], "", ["CVE-2024-24783"])],
    "PyPI": [
        ("GHSA-34jh-p97f-mpxf", "PyPI", "urllib3", ["2.2.2"],
         "CVSS:3.1/AV:N/AC:H/PR:H/UI:N/S:U/C:H/I:N/A:N", ["CVE-2024-37891"]),
    ],
    "npm": [
        ("GHSA-67hx-6x53-jw92", "npm", "@babel/traverse", ["7.23.2"],
         "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", ["CVE-2023-45133"]),
    ],
}  # fmt: skip


def require_osv(adapter: str) -> None:
    """Skip where there is no scanner; an engine brings its own."""
    if adapter == "host" and shutil.which("osv-scanner") is None:
        image = tool_images.OSV.partition("@")[0]
        pytest.skip(
            f"needs osv-scanner on PATH, as {image} has it: to build one takes a processor four "
            "minutes"
        )


@contextmanager
def published(adapter: str, folder: Path) -> Generator[str]:
    """Give the address of a folder of advisories: a container reaches no folder of this machine."""
    if adapter == "host":
        yield f"file://{folder}"
        return
    require_engine_registry()
    host, _, _ = os.environ[ENGINE_REGISTRY].partition(":")
    with serving_folder(folder, host) as (address, _):
        yield address


def export(folder: Path, *, days: float = 0) -> None:
    """Write the advisories as OSV exports them, changed so many days ago."""
    changed = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    for ecosystem, known in _KNOWN.items():
        pack(folder, *(_advisory(changed, *it) for it in known), ecosystem=ecosystem)


def pack(folder: Path, *advisories: Any, ecosystem: str) -> Path:
    """Write the zip of an ecosystem; a text stays as it is."""
    path = folder / ecosystem / "all.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for number, it in enumerate(advisories):
            archive.writestr(f"{number}.json", it if isinstance(it, str) else json.dumps(it))
    return path


def known(name: str, ecosystem: str, package: str, fixed: str) -> Object:
    """Return an advisory of today on a package, as severe as one that anybody can use."""
    now = datetime.now(UTC).isoformat()
    score = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
    return _advisory(now, name, ecosystem, package, [fixed], score, [name])


def _advisory(
    changed: str, name: str, ecosystem: str, package: str, fixed: list[str], score: str, also: Any
) -> Object:
    kind = "SEMVER" if ecosystem in ("Go", "npm") else "ECOSYSTEM"
    events = [{"introduced": "0"}, *({"fixed": it} for it in fixed)]
    return {
        "schema_version": "1.7.3",
        "id": name,
        "modified": changed,
        # Debian's are made of another one, others are called so too.
        ("upstream" if ecosystem.startswith("Debian") else "aliases"): also,
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": package},
                "ranges": [{"type": kind, "events": events}],
            }
        ],
        "severity": [{"type": "CVSS_V3", "score": score}] if score else [],
    }
