"""Read an image back from its registry: its platforms, their configuration, and what they run."""

import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from registry_login import authfile

# e_machine of the ELF header, by the platform's name for it.
MACHINES = {"linux/amd64": 62, "linux/arm64": 183}
_HEADER = 20


@dataclass(frozen=True)
class ReadBack:
    """Hold one platform's image.

    Attributes:
        platform: as the image's own configuration names it.
        config: how its containers start.
        programs: path of every ELF file in its layers, and the machine it is for.
    """

    platform: str
    config: dict[str, Any]
    programs: Mapping[str, int]

    def strangers(self) -> dict[str, int]:
        """Return the programs that do not run on the image's platform."""
        own = MACHINES[self.platform]
        return {path: machine for path, machine in self.programs.items() if machine != own}


async def read_back(registry: Any, reference: str, folder: Path) -> dict[str, ReadBack]:
    """Copy all platforms of an image and read them, by the name that the index has for each."""
    copy = ["skopeo", "copy", "--quiet", "--all", "--src-tls-verify=false"]
    with authfile(reference, registry.user, registry.password) as login:
        names = (f"docker://{reference}", f"oci:{folder}:read")
        await anyio.run_process([*copy, "--authfile", login, *names])
    [top] = json.loads((folder / "index.json").read_text())["manifests"]
    index = json.loads(_blob(folder, top).read_text())
    entries = index.get("manifests", [top])
    found = [(entry.get("platform"), _image(folder, entry)) for entry in entries]
    named = [(_name(platform) if platform else image.platform, image) for platform, image in found]
    assert len(named) == len(dict(named)), f"one platform twice: {named}"
    return dict(named)


def programs(layer: Path) -> Iterator[tuple[str, int]]:
    """Find the ELF files of a layer."""
    with tarfile.open(layer) as tar:
        for entry in tar:
            file = tar.extractfile(entry) if entry.isreg() else None
            header = file.read(_HEADER) if file else b""
            if header.startswith(b"\x7fELF") and len(header) == _HEADER:
                yield entry.name.removeprefix("./"), int.from_bytes(header[18:], "little")


def _image(folder: Path, entry: dict[str, Any]) -> ReadBack:
    manifest = json.loads(_blob(folder, entry).read_text())
    image = json.loads(_blob(folder, manifest["config"]).read_text())
    found = (program for layer in manifest["layers"] for program in programs(_blob(folder, layer)))
    return ReadBack(_name(image), image["config"], dict(found))


def _name(platform: Mapping[str, str]) -> str:
    return f"{platform['os']}/{platform['architecture']}"


def _blob(folder: Path, entry: Mapping[str, str]) -> Path:
    return folder / "blobs" / entry["digest"].replace(":", "/")
