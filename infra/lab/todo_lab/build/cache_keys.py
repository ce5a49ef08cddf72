"""Name what was built after what it was built from, so that the same inputs are built once."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def of(*parts: str | bytes) -> str:
    """Return 12 hexadecimal digits for `parts`; their order and their borders count."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


def of_files(root: Path, paths: Iterable[Path]) -> str:
    """Return the key of files' names below `root` and contents, whatever order they come in."""
    parts: list[str | bytes] = []
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return of(*parts)


def of_tree(root: Path) -> str:
    """Return the key of all files below `root`."""
    return of_files(root, (path for path in root.rglob("*") if path.is_file()))
