"""Call the Go tool in an environment that makes the same binary on every machine."""

import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from todo_lab import paths
from todo_lab.errors import LabError

OLDEST = (1, 21)  # the first Go that fetches the newer Go that a go.mod asks for by itself


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Return `outer` with everything set that could change what a build makes."""
    return {
        **outer,
        "CGO_ENABLED": "0",
        "GOOS": "linux",
        "GOARCH": "amd64",
        "GOAMD64": "v1",
        "GOEXPERIMENT": "",
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        "GOWORK": "off",
        "GOMODCACHE": str(paths.GO_MOD_CACHE),
        "GOCACHE": str(paths.GO_BUILD_CACHE),
    }


def parse_version(text: str) -> tuple[int, int]:
    """Find a Go version such as `go1.26.8` in `text` as (1, 26); (0, 0) when there is none."""
    found = re.search(r"\bgo(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def run(argv: Sequence[str], folder: Path, log: Path | None = None) -> str:
    """Run `go` with `argv` in `folder` and return its standard output.

    Args:
        argv: the arguments after `go`.
        folder: a Go module; the Go version it asks for is the one that runs.
        log: file for the messages; shown in the error when the command fails.

    Raises:
        LabError: there is no Go, or the command failed.
    """
    go = shutil.which("go")
    if not go:
        raise LabError("cannot find 'go'", f"install Go {OLDEST[0]}.{OLDEST[1]} or newer")
    done = subprocess.run(
        [go, *argv], cwd=folder, env=environment(os.environ), capture_output=True, text=True
    )
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"$ go {' '.join(argv)}\n{done.stderr}")
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "go: downloading" not in line]
        where = f" (all of it: {log})" if log else ""
        raise LabError(
            f"'go {argv[0]}' failed in {folder}{where}:\n" + "\n".join(lines[-8:]),
            "run the same command again: it goes on where it stopped",
        )
    return done.stdout


def download(version: str, folder: Path) -> Path:
    """Return the folder of a whole Go, which Go serves as a module; `folder` is to run in.

    No file in it may be executed yet.
    """
    module = f"golang.org/toolchain@v0.0.1-go{version}.linux-amd64"
    return Path(json.loads(run(["mod", "download", "-json", module], folder))["Dir"])


@functools.cache
def version(folder: Path) -> str:
    """Return the Go version that builds the module in `folder`, such as `go1.26.8`."""
    return run(["env", "GOVERSION"], folder).strip()
