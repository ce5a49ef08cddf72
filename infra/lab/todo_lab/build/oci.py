"""Write container images without a container engine, the same bytes for the same content.

Two forms: a docker archive, which `ctr images import` takes, and an OCI layout, which skopeo and
buildah take. Each image has one layer.
"""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

EPOCH = "1970-01-01T00:00:00Z"
_USERS = "root:x:0:0:root:/:/none\nnonroot:x:65532:65532:nonroot:/:/none\n"
_GROUPS = "root:x:0:\nnonroot:x:65532:\n"


@dataclass(frozen=True)
class Config:
    """Start settings of an image's containers.

    Attributes:
        entrypoint: argument list that is always run.
        command: default arguments after it.
        user: numeric `uid:gid`, so that runAsNonRoot can be checked; empty is root.
        environment: variables.
        architecture: what its programs run on.
    """

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    architecture: str = "amd64"

    def json(self, diff_id: str) -> bytes:
        """Return the image's configuration, the same in both forms, for one layer."""
        config: dict[str, Any] = {
            "Env": [f"{name}={value}" for name, value in self.environment.items()],
            "WorkingDir": "/",
        }
        if self.entrypoint:
            config["Entrypoint"] = list(self.entrypoint)
        if self.command:
            config["Cmd"] = list(self.command)
        if self.user:
            config["User"] = self.user
        return _json(
            {
                "architecture": self.architecture,
                "os": "linux",
                "created": EPOCH,
                "config": config,
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_id}"]},
                "history": [{"created": EPOCH, "created_by": "infra/lab"}],
            }
        )


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(
    tar: tarfile.TarFile, name: str, mode: int, size: int = 0, data: BinaryIO | None = None
) -> None:
    entry = tarfile.TarInfo(name)  # owner root, time 0: nothing of this machine
    entry.mode, entry.size = mode, size
    if data is None:
        entry.type = tarfile.DIRTYPE
    tar.addfile(entry, data)


def _folders(names: Iterable[str]) -> list[str]:
    parents = {str(p) for name in names for p in PurePosixPath(name).parents} | {"tmp"}
    return sorted(parents - {"."})


def write_layer(path: Path, programs: Mapping[str, Path]) -> None:
    """Write a layer with `programs` (path in the image to file here), /tmp and two users.

    A file that is there under several paths is stored once.
    """
    texts = {"etc/passwd": _USERS, "etc/group": _GROUPS}
    inside = {name.lstrip("/"): file for name, file in programs.items()}
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in _folders([*inside, *texts]):
            _add(tar, folder, 0o1777 if folder == "tmp" else 0o755)
        for name, text in texts.items():
            _add(tar, name, 0o644, len(text), io.BytesIO(text.encode()))
        first: dict[Path, str] = {}
        for name, file in sorted(inside.items()):
            if file in first:
                link = tarfile.TarInfo(name)
                link.type, link.linkname, link.mode = tarfile.LNKTYPE, first[file], 0o755
                tar.addfile(link)
                continue
            first[file] = name
            with file.open("rb") as data:
                _add(tar, name, 0o755, file.stat().st_size, data)


def docker_archive(
    path: Path,
    reference: str,
    programs: Mapping[str, Path],
    config: Config,
    further: Sequence[str] = (),
) -> None:
    """Write the docker archive `path` of an image that holds static `programs`.

    Args:
        path: the archive; appears only when it is whole.
        reference: the name it is imported under, with host and tag.
        programs: path in the image to executable file here.
        config: how it starts.
        further: other names of the same image.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    layer = path.with_name(path.name + ".layer")
    draft = path.with_name(path.name + ".draft")
    write_layer(layer, programs)
    diff_id = sha256(layer)
    image = config.json(diff_id)
    image_name = hashlib.sha256(image).hexdigest() + ".json"
    manifest = _json(
        [
            {
                "Config": image_name,
                "RepoTags": [reference, *further],
                "Layers": [f"{diff_id}.tar"],
            }
        ]
    )
    with tarfile.open(draft, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in ((image_name, image), ("manifest.json", manifest)):
            _add(tar, name, 0o644, len(content), io.BytesIO(content))
        with layer.open("rb") as data:
            _add(tar, f"{diff_id}.tar", 0o644, layer.stat().st_size, data)
    layer.unlink()
    draft.rename(path)


def oci_layout(folder: Path, tag: str, layer: Path, config: Config) -> None:
    """Write the OCI layout `folder` of an image whose only layer is the tar file `layer`.

    Args:
        folder: must not exist; the caller renames a draft, so that it appears whole.
        tag: the name of the image in the layout, as in `skopeo copy oci:FOLDER:TAG`.
        layer: an uncompressed tar file; stays.
        config: how the image starts.
    """
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    packed = blobs / "layer"
    # Level 4: two thirds of the best level's time for the same size within a few per cent. A name
    # or a time in the header would make every digest new.
    with (
        layer.open("rb") as source,
        packed.open("wb") as raw,
        gzip.GzipFile("", "wb", 4, raw, mtime=0) as target,
    ):
        shutil.copyfileobj(source, target, 1 << 20)
    digest = sha256(packed)
    size = packed.stat().st_size
    packed.rename(blobs / digest)

    def store(content: bytes, media_type: str) -> dict[str, object]:
        name = hashlib.sha256(content).hexdigest()
        (blobs / name).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(content)}

    kind = "application/vnd.oci.image"
    layer_entry = {
        "mediaType": f"{kind}.layer.v1.tar+gzip",
        "digest": f"sha256:{digest}",
        "size": size,
    }
    manifest = store(
        _json(
            {
                "schemaVersion": 2,
                "mediaType": f"{kind}.manifest.v1+json",
                "config": store(config.json(sha256(layer)), f"{kind}.config.v1+json"),
                "layers": [layer_entry],
            }
        ),
        f"{kind}.manifest.v1+json",
    )
    entry = {
        **manifest,
        "platform": {"architecture": config.architecture, "os": "linux"},
        "annotations": {"org.opencontainers.image.ref.name": tag},
    }
    (folder / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": [entry]}))
    (folder / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
