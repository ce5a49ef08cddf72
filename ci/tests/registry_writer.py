"""Write to a registry as whoever may push to it can: an image, or what is signed about one."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import httpx

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def push_image(
    registry: Any,
    repository: str,
    content: str | bytes,
    *,
    tag: str = "",
    architecture: str = "amd64",
) -> str:
    """Push an image of one layer, and return its digest.

    Args:
        registry: with its host, user and password.
        repository: below the host.
        content: of its layer, which makes its digest; one that is read has to be a tar.
        tag: that it gets as well, even where another image has it.
        architecture: what it is for.
    """
    with _client(registry, repository) as client:
        layer = content.encode() if isinstance(content, str) else content
        rootfs = {"type": "layers", "diff_ids": [_digest(layer)]}
        told = {"architecture": architecture, "os": "linux", "config": {}, "rootfs": rootfs}
        config = json.dumps(told).encode()
        kind = "application/vnd.oci.image"
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": _MANIFEST,
                "config": _blob(client, config, f"{kind}.config.v1+json"),
                "layers": [_blob(client, layer, f"{kind}.layer.v1.tar")],
            }
        ).encode()
        _put(client, f"manifests/{_digest(manifest)}", manifest, _MANIFEST)
        if tag:
            _put(client, f"manifests/{tag}", manifest, _MANIFEST)
        return _digest(manifest)


def push_index(
    registry: Any, repository: str, layers: Mapping[str, str | bytes], *, tag: str
) -> str:
    """Push an image for several architectures of Linux, and return the digest of its index.

    Args:
        registry: with its host, user and password.
        repository: below the host.
        layers: of each architecture's image.
        tag: that the index gets.
    """
    digests = {
        it: push_image(registry, repository, layer, architecture=it) for it, layer in layers.items()
    }
    with _client(registry, repository) as client:
        entries = [
            {
                "mediaType": _MANIFEST,
                "digest": digest,
                "size": len(
                    client.get(f"manifests/{digest}", headers={"Accept": _MANIFEST}).content
                ),
                "platform": {"os": "linux", "architecture": architecture},
            }
            for architecture, digest in digests.items()
        ]
        index = json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": entries}).encode()
        _put(client, f"manifests/{tag}", index, _INDEX)
        return _digest(index)


def _blob(client: httpx.Client, content: bytes, kind: str) -> dict[str, Any]:
    return {"mediaType": kind, "digest": _push(client, content), "size": len(content)}


def turn_verdicts(registry: Any, image: str, *, old: str, new: str) -> None:
    """Put another word into every statement about an image and leave the signatures as they are.

    Args:
        registry: with its host, user and password.
        image: by digest.
        old: a word of the statement.
        new: what takes its place.
    """
    repository, digest = image.partition("/")[2].split("@")
    with _client(registry, repository) as client:
        tag = digest.replace(":", "-")
        index = _read(client, f"manifests/{tag}", _INDEX)
        for entry in index["manifests"]:
            manifest = _read(client, f"manifests/{entry['digest']}", _MANIFEST)
            bundle = _read(client, f"blobs/{manifest['layers'][0]['digest']}")
            envelope = bundle["dsseEnvelope"]
            stated = base64.b64decode(envelope["payload"])
            assert old.encode() in stated
            changed = stated.replace(old.encode(), new.encode())
            envelope["payload"] = base64.b64encode(changed).decode()
            blob = json.dumps(bundle).encode()
            manifest["layers"][0] |= {"digest": _push(client, blob), "size": len(blob)}
            content = json.dumps(manifest).encode()
            entry |= {"digest": _digest(content), "size": len(content)}
            _put(client, f"manifests/{entry['digest']}", content, _MANIFEST)
        _put(client, f"manifests/{tag}", json.dumps(index).encode(), _INDEX)


def forget_statements(registry: Any, image: str) -> None:
    """Empty the list of what is said about an image.

    Args:
        registry: with its host, user and password.
        image: by digest.
    """
    repository, digest = image.partition("/")[2].split("@")
    empty = json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": []}).encode()
    with _client(registry, repository) as client:
        _put(client, f"manifests/{digest.replace(':', '-')}", empty, _INDEX)


def forget_failures(registry: Any, image: str) -> None:
    """Take away what is said about an image and is no passed verdict.

    Args:
        registry: with its host, user and password.
        image: by digest.
    """
    repository, digest = image.partition("/")[2].split("@")
    with _client(registry, repository) as client:
        tag = digest.replace(":", "-")
        index = _read(client, f"manifests/{tag}", _INDEX)
        index["manifests"] = [it for it in index["manifests"] if b"PASSED" in _said(client, it)]
        _put(client, f"manifests/{tag}", json.dumps(index).encode(), _INDEX)


def move_statements(registry: Any, image: str, other: str) -> None:
    """Put all that is said about an image beside another one of its repository.

    Args:
        registry: with its host, user and password.
        image: by digest.
        other: by digest.
    """
    repository, digest = image.partition("/")[2].split("@")
    with _client(registry, repository) as client:
        index = _read(client, f"manifests/{digest.replace(':', '-')}", _INDEX)
        tag = other.partition("@")[2].replace(":", "-")
        _put(client, f"manifests/{tag}", json.dumps(index).encode(), _INDEX)


def _said(client: httpx.Client, entry: Any) -> bytes:
    manifest = _read(client, f"manifests/{entry['digest']}", _MANIFEST)
    bundle = _read(client, f"blobs/{manifest['layers'][0]['digest']}")
    return base64.b64decode(bundle["dsseEnvelope"]["payload"])


def _client(registry: Any, repository: str) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://{registry.host}/v2/{repository}/",
        auth=(registry.user, registry.password),
        trust_env=False,
    )


def _read(client: httpx.Client, path: str, kind: str = "*/*") -> Any:
    answer = client.get(path, headers={"Accept": kind}, follow_redirects=True)
    return answer.raise_for_status().json()


def _put(client: httpx.Client, path: str, content: bytes, kind: str) -> None:
    client.put(path, content=content, headers={"Content-Type": kind}).raise_for_status()


def _push(client: httpx.Client, blob: bytes) -> str:
    place = client.post("blobs/uploads/").raise_for_status().headers["Location"]
    _put(client, f"{place}&digest={_digest(blob)}", blob, "application/octet-stream")
    return _digest(blob)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
