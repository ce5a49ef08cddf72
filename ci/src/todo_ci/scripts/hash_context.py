"""Print one digest of all that a build may read: hash_context FOLDER DOCKERFILE.

Standard library only, as `python3 -m scripts.hash_context`. Of the names, modes and contents of
what the folder's .dockerignore leaves in, and of where links lead; not of times, which every clone
has of its own, nor of owners.
"""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from .dockerignore import Dockerignore

Entry = tuple[str, int, str]
# Which of these counts differs from builder to builder, so that beside one nothing is left out.
_OTHERS = (".containerignore", "{}.dockerignore", "{}.containerignore")


def main() -> int:
    """Do what the arguments say."""
    folder, dockerfile = Path(sys.argv[1]), sys.argv[2]
    whole = hashlib.sha256()
    for entry in entries(folder, dockerfile):
        whole.update(f"{json.dumps(entry)}\n".encode())
    print(whole.hexdigest())
    return 0


def entries(folder: Path, dockerfile: str) -> "Iterator[Entry]":
    """Find each file, link and folder that a build is sent: its path, its mode, what is in it."""
    return _below(folder, _ignored(folder, dockerfile), "")


def _ignored(folder: Path, dockerfile: str) -> Dockerignore:
    file = folder / ".dockerignore"
    if any((folder / name.format(dockerfile)).exists() for name in _OTHERS) or not file.exists():
        return Dockerignore("")
    return Dockerignore(file.read_text(encoding="utf-8"))


def _below(folder: Path, ignored: Dockerignore, above: str) -> "Iterator[Entry]":
    for path in sorted(folder.iterdir(), key=lambda it: os.fsencode(it.name)):
        name = f"{above}{path.name}"
        is_out = ignored.leaves_out(name)
        mode = path.lstat().st_mode
        if not stat.S_ISDIR(mode):
            if not is_out:
                yield name, mode, _content(path, mode)
        elif not is_out or ignored.reaches_below(name):
            below = [*_below(path, ignored, f"{name}/")]
            # A folder that is left out is there all the same, around what is taken back.
            if below or not is_out:
                yield name, mode, ""
            yield from below


def _content(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return str(path.readlink())
    if not stat.S_ISREG(mode):
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
