"""Build Traefik, Dapr and cosign without the client libraries of services the lab never calls.

They hang on few packages: Traefik's DNS hosts (800 packages) on a generated file of the module
`lego`, Dapr's components on a package that registers all of them, cosign's keys in clusters and
clouds and its policy languages on one package each. Go replaces whole modules only, so a build gets
a copy of the module with those packages exchanged; everything else is as its authors wrote it. It
halves the time of the builds; cosign's becomes a third.
"""

import json
import re
import shutil
from pathlib import Path

from todo_lab.build import go_toolchain

LEGO = "github.com/go-acme/lego/v4"
_LEGO_MOD = f"module {LEGO}\n\ngo 1.24.0\n"  # its requirements are in tools/traefik/go.mod
DAPR_MODULE = "github.com/dapr/dapr"
_COMPONENTS = "cmd/daprd/components"
COSIGN_MODULE = "github.com/sigstore/cosign/v3"
_CLOUD_LOGINS = re.compile(r"\b(ecr|credhelper|alibabaacr)\b")  # as registry.go imports them


def download(module: str, source: Path) -> Path:
    """Return the folder of `module` in the version that the go.mod in `source` asks for.

    Go checks it against go.sum first.
    """
    return Path(json.loads(go_toolchain.run(["mod", "download", "-json", module], source))["Dir"])


def without_dns_providers(source: Path, draft: Path) -> Path:
    """Copy the Go module in `source` to `draft`, with lego beside it that knows no DNS host."""
    shutil.copytree(source, draft)
    lego = draft / "lego"
    copy_sources(download(LEGO, source), lego, leave_out=("providers", "cmd"))
    (lego / "go.mod").write_text(_LEGO_MOD)
    (lego / "providers").mkdir()
    (draft / "dns").rename(lego / "providers" / "dns")
    _replace(draft, LEGO, lego)
    return draft


def with_few_components(source: Path, draft: Path) -> Path:
    """Copy the Go module in `source` to `draft`, with Dapr beside it that has its components."""
    shutil.copytree(source, draft)
    module, dapr = download(DAPR_MODULE, source), draft / "dapr"
    copy_sources(module, dapr, leave_out=("tests", _COMPONENTS))
    shutil.copyfile(module / "go.mod", dapr / "go.mod")
    crds = Path("charts", "dapr", "crds")  # Dapr's own sources embed some of them
    shutil.copytree(module / crds, dapr / crds, copy_function=shutil.copyfile)
    (draft / "components").rename(dapr / _COMPONENTS)
    _replace(draft, DAPR_MODULE, dapr)
    return draft


def without_clouds(source: Path, draft: Path) -> Path:
    """Copy the Go module in `source` to `draft`, with cosign beside it that knows no cloud.

    The folder `replaced` has the lab's packages, each at the path of the one it stands in for. One
    file alone, of a package that is needed, imports three clouds' logins: it loses those lines.
    """
    shutil.copytree(source, draft)
    module, cosign, ours = download(COSIGN_MODULE, source), draft / "cosign", draft / "replaced"
    packages = {str(file.parent.relative_to(ours)) for file in ours.rglob("*.go")}
    copy_sources(module, cosign, leave_out=("test", *packages))
    shutil.copyfile(module / "go.mod", cosign / "go.mod")
    shutil.copytree(ours, cosign, dirs_exist_ok=True)
    shutil.rmtree(ours)
    logins = cosign / "cmd" / "cosign" / "cli" / "options" / "registry.go"
    lines = logins.read_text().splitlines(keepends=True)
    logins.write_text("".join(line for line in lines if not _CLOUD_LOGINS.search(line)))
    _replace(draft, COSIGN_MODULE, cosign)
    return draft


def copy_sources(module: Path, target: Path, leave_out: tuple[str, ...]) -> None:
    """Copy what `go build` reads of `module`, without the folders in `leave_out`.

    Files are made anew: in the module cache everything is read-only.
    """
    for file in module.rglob("*.go"):
        inner = file.relative_to(module)
        if file.name.endswith("_test.go") or any(map(inner.is_relative_to, leave_out)):
            continue
        (target / inner).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / inner)


def _replace(draft: Path, module: str, folder: Path) -> None:
    with (draft / "go.mod").open("a") as file:
        file.write(f"\nreplace {module} => ./{folder.name}\n")
