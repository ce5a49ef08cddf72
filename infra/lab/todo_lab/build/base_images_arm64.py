"""Make the base images for arm64 on a machine that cannot run arm64 programs.

Debian's packages for arm64 are unpacked and never configured. What their installation would add
comes from the native image, where it has run; `hooks/foreign.sh` says how. So no emulator is
needed, and both platforms of an image differ in nothing but the packages' own files.
"""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from todo_lab import file_locks, paths
from todo_lab.build import base_images, oci, oci_index
from todo_lab.build.base_images import Base
from todo_lab.build.cache_keys import cache_key
from todo_lab.progress import Progress

ARCHITECTURE = "arm64"
PLATFORM = f"linux/{ARCHITECTURE}"


def argv(packages: Sequence[str], tar: Path, mirror: str = "") -> list[str]:
    """Return the command that unpacks `packages` and writes the root file system to `tar`."""
    command = [
        "mmdebstrap",
        "--quiet",
        "--mode=root",
        "--variant=extract",
        f"--architectures={ARCHITECTURE}",
        f"--include={','.join(packages)}",
        '--aptopt=Apt::Install-Recommends "false"',
        f'--extract-hook=sh "{base_images.HOOKS / "foreign.sh"}" "$1"',
        "--skip=output/dev",
        base_images.SUITE,
        str(tar),
    ]
    return command + ([mirror] if mirror else [])


def layout(base: Base) -> Path:
    """Return where the OCI layout of `base` for arm64 is once it is made."""
    command = " ".join(argv((), Path("layer.tar"), base_images.mirror()))
    decided = (
        base_images.layout(base).name,
        command.replace(str(base_images.HOOKS), "hooks"),
        (base_images.HOOKS / "foreign.sh").read_text(),
    )
    return paths.BASE_IMAGES / f"{base.short}-{ARCHITECTURE}-{cache_key(*decided)}"


def ensure(base: Base, progress: Progress) -> Path:
    """Return the OCI layout of `base` for arm64, in which its image has the tag `latest`."""
    target = layout(base)
    if not target.is_dir():
        native = base_images.ensure(base, progress)
        with file_locks.hold(paths.BUILD_LOCKS / f"base-{base.short}-{ARCHITECTURE}.lock"):
            if not target.is_dir():
                name = base.name.removeprefix("library/")
                with progress.step(f"base image {name} for {ARCHITECTURE}"):
                    _build(base, native, target)
    return target


def served(base: Base, progress: Progress, *, foreign: bool) -> Path:
    """Return the OCI layout that the registry is to serve under the name of `base`.

    It is the native image alone until the one for arm64 was made, and an index of both from then
    on, so that `lab up` takes no platform away.

    Args:
        base: the image.
        progress: shows the steps.
        foreign: True makes the image for arm64 when it is missing.
    """
    native = base_images.ensure(base, progress)
    if not foreign and not layout(base).is_dir():
        return native
    both = (native, ensure(base, progress))
    digests = (oci.sha256(one / "index.json") for one in both)
    target = paths.BASE_IMAGES / f"{base.short}-index-{cache_key(*digests)}"
    with file_locks.hold(paths.BUILD_LOCKS / f"base-{base.short}-index.lock"):
        if not target.is_dir():
            oci_index.oci_index(target, "latest", both)
    return target


def _build(base: Base, native: Path, target: Path) -> None:
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    root = draft / "native"
    root.mkdir(parents=True)
    environment = base_images.clean_environment(os.environ) | {"NATIVE": str(root)}
    unpack = ["tar", "--extract", "--numeric-owner", "--directory", str(root), "--file"]
    base_images.run([*unpack, str(layer(native))], environment, f"unpacking {native}")
    if base.npm_arm64:
        # npm compares a package with its own processor, whatever --cpu says; --force lets it pass.
        flags = (f"--cpu={ARCHITECTURE}", "--force")
        base_images.npm_install(base.npm_arm64, draft / "npm", *flags)
        environment["NPM_PACKAGES"] = str(draft / "npm")
    tar = draft / "layer.tar"
    packages = installed((root / "var/lib/dpkg/status").read_text())
    command = argv(packages, tar, base_images.mirror())
    base_images.run(command, environment, f"making {base.name} for {ARCHITECTURE}")
    config = base_images.config(base, ARCHITECTURE)
    oci.oci_layout(draft / "image", "latest", tar, config)
    (draft / "image").rename(target)
    shutil.rmtree(draft)


def installed(status: str) -> list[str]:
    """Return the names of the packages in dpkg's list."""
    lines = (line.partition(": ") for line in status.splitlines())
    return [value for name, _, value in lines if name == "Package"]


def layer(image: Path) -> Path:
    """Return the one layer of the image in an OCI layout."""

    def read(entry: dict[str, str]) -> Path:
        return image / "blobs" / entry["digest"].replace(":", "/")

    index = json.loads((image / "index.json").read_text())
    [entry] = json.loads(read(index["manifests"][0]).read_text())["layers"]
    return read(entry)
