"""Change what is signed about an image, as whoever may write to its registry can."""

import base64
import hashlib
import json
from typing import Any

import httpx

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def turn_verdicts(registry: Any, image: str, *, old: str, new: str) -> None:
    """Put another word into every statement about an image and leave the signatures as they are.

    Args:
        registry: with its host, user and password.
        image: by digest.
        old: a word of the statement.
        new: what takes its place.
    """
    repository, digest = image.partition("/")[2].split("@")
    with httpx.Client(
        base_url=f"http://{registry.host}/v2/{repository}/",
        auth=(registry.user, registry.password),
        trust_env=False,
    ) as client:
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
