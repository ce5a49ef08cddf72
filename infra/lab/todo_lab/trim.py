"""Build Traefik without the 800 packages of DNS hosts' libraries: half the time, 40 MB less.

They hang on one generated file of the module `lego`. Go replaces whole modules only, so the
build gets a copy of lego with that file exchanged; everything else is as its authors wrote it.
"""

import json
import shutil
from pathlib import Path

from todo_lab import golang

LEGO = "github.com/go-acme/lego/v4"
_LEGO_MOD = f"module {LEGO}\n\ngo 1.24.0\n"  # its requirements are in tools/traefik/go.mod


def download(module: str, source: Path) -> Path:
    """Return the folder of `module` in the version that the go.mod in `source` asks for.

    Go checks it against go.sum first.
    """
    return Path(json.loads(golang.run(["mod", "download", "-json", module], source))["Dir"])


def without_dns_providers(source: Path, draft: Path) -> Path:
    """Copy the Go module in `source` to `draft`, with lego beside it that knows no DNS host."""
    shutil.copytree(source, draft)
    lego = draft / "lego"
    copy_sources(download(LEGO, source), lego, leave_out=("providers", "cmd"))
    (lego / "go.mod").write_text(_LEGO_MOD)
    (lego / "providers").mkdir()
    (draft / "dns").rename(lego / "providers" / "dns")
    with (draft / "go.mod").open("a") as file:
        file.write(f"\nreplace {LEGO} => ./lego\n")
    return draft


def copy_sources(module: Path, target: Path, leave_out: tuple[str, ...]) -> None:
    """Copy what `go build` reads of `module`, without the top folders in `leave_out`.

    Files are made anew: in the module cache everything is read-only.
    """
    for file in module.rglob("*.go"):
        inner = file.relative_to(module)
        if inner.parts[0] in leave_out or file.name.endswith("_test.go"):
            continue
        (target / inner).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / inner)
