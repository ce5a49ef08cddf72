"""Package a chart and push it; run inside a step, with the order as JSON on standard input.

Standard library only, as `python -m scripts.push_chart`. The password is handed to helm in a file
that is removed at the end. Prints the pushed reference by digest.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .registry_login import private_folder, write_login

# Of every file and package, so that a commit's chart has one digest however often it is pushed.
_MADE = 0


def main() -> int:
    """Do what the order on standard input says."""
    order = json.load(sys.stdin)
    chart = Path(order["chart"])
    with tempfile.TemporaryDirectory(prefix="chart-", dir=private_folder()) as folder:
        version = f"{_field(chart, 'version')}+{order['suffix']}"
        timeless = _without_times(chart, Path(folder))
        packaged = _helm("package", str(timeless), "--destination", folder, "--version", version)
        if packaged is None:
            return 1
        login = write_login(Path(folder), order["registry"].partition("/")[0], order["username"])
        config = ["--registry-config", str(login)] if login else []
        archive = next(Path(folder).glob("*.tgz"))
        os.utime(archive, (_MADE, _MADE))
        remote = f"oci://{order['registry']}/charts"
        plain = ["--plain-http"] if order["plain_http"] else []
        said = _helm("push", str(archive), remote, *config, *plain)
    if said is None:
        return 1
    digest = re.search(r"Digest:\s*(sha256:[0-9a-f]{64})", said)
    if digest is None:
        sys.stderr.write(f"helm push named no digest:\n{said}")
        return 1
    sys.stdout.write(f"{order['registry']}/charts/{_field(chart, 'name')}@{digest[1]}\n")
    return 0


def _without_times(chart: Path, folder: Path) -> Path:
    """Copy a chart with one time for all files, as a clone's own say when it was made."""
    copy = folder / "chart"
    shutil.copytree(chart, copy)
    for path in copy.rglob("*"):
        os.utime(path, (_MADE, _MADE))
    return copy


def _helm(*argv: str) -> "str | None":
    done = subprocess.run(["helm", *argv], capture_output=True, text=True, check=False)
    # helm 4 names the digest on standard error.
    said = done.stdout + done.stderr
    if done.returncode:
        sys.stderr.write(f"helm {argv[0]}: {said}")
        return None
    return said


def _field(chart: Path, name: str) -> str:
    """Read a top-level field of Chart.yaml, which needs no YAML library."""
    text = (chart / "Chart.yaml").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:\s*[\"']?([^\s\"'#]+)", text, flags=re.MULTILINE)
    if found is None:
        raise SystemExit(f"{chart}/Chart.yaml has no {name}")
    return found[1]


if __name__ == "__main__":
    raise SystemExit(main())
