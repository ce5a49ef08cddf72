"""Join the images of several platforms to one OCI layout, from which a client takes its own."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_INDEX = "application/vnd.oci.image.index.v1+json"


def oci_index(folder: Path, tag: str, layouts: Sequence[Path]) -> None:
    """Write the OCI layout `folder`, whose one entry is the index of the images in `layouts`.

    Args:
        folder: appears only when it is whole.
        tag: the name of the index in the layout, as in `skopeo copy --all oci:FOLDER:TAG`.
        layouts: OCI layouts of one image each, on the same file system: blobs are linked.
    """
    draft = folder.with_name(folder.name + ".draft")
    blobs = draft / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for layout in layouts:
        entry = json.loads((layout / "index.json").read_text())["manifests"][0]
        entries.append({name: entry[name] for name in ("mediaType", "digest", "size", "platform")})
        for blob in (layout / "blobs" / "sha256").iterdir():
            if not (blobs / blob.name).exists():
                os.link(blob, blobs / blob.name)
    index = _json({"schemaVersion": 2, "mediaType": _INDEX, "manifests": entries})
    name = hashlib.sha256(index).hexdigest()
    (blobs / name).write_bytes(index)
    top = {
        "mediaType": _INDEX,
        "digest": f"sha256:{name}",
        "size": len(index),
        "annotations": {"org.opencontainers.image.ref.name": tag},
    }
    (draft / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": [top]}))
    (draft / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    draft.rename(folder)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
