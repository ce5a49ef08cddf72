"""Print one digest of all files below a folder: python3 hash_folder.py FOLDER.

Of their names and contents alone, so that every clone of a commit has the same.
"""

import hashlib
import sys
from pathlib import Path


def main() -> int:
    """Do what the arguments say."""
    folder = Path(sys.argv[1])
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda it: it.relative_to(folder).as_posix()):
        if path.is_file():
            own = hashlib.sha256(path.read_bytes()).hexdigest()
            whole.update(f"{own}  {path.relative_to(folder).as_posix()}\n".encode())
    print(whole.hexdigest())
    return 0


if __name__ == "__main__":
    sys.exit(main())
