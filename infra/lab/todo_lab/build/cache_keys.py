"""Name what was built after what it was built from, so that the same inputs are built once."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def cache_key(*parts: str | bytes) -> str:
    """Return 12 hexadecimal digits for `parts`; their order and their borders count."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


def files_key(root: Path, paths: Iterable[Path]) -> str:
    """Return the key of files' names below `root` and contents, whatever order they come in."""
    parts: list[str | bytes] = []
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return cache_key(*parts)


def tree_key(root: Path) -> str:
    """Return the key of all files below `root`."""
    return files_key(root, (path for path in root.rglob("*") if path.is_file()))
