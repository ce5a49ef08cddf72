"""Run shellcheck over every shell script below the given paths; run inside a step.

A script is a file that ends in .sh or whose first line names sh or bash. Standard library only.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_SHEBANG = re.compile(rb"#!.*\b(?:ba|da)?sh\b")
_SKIPPED = {".venv", "node_modules", "sdk", "__pycache__"}


def scripts(roots: "list[Path]") -> Iterator[Path]:
    """Find the scripts, in a stable order."""
    for root in roots:
        if root.is_file():
            yield from [root] if _is_script(root) else []
            continue
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root).parts
            if path.is_file() and not _SKIPPED & set(inside) and _is_script(path):
                yield path


def _is_script(path: Path) -> bool:
    if path.suffix == ".sh":
        return True
    if path.suffix:
        return False
    with path.open("rb") as file:
        return _SHEBANG.match(file.readline(120)) is not None


def main() -> int:
    """Check all scripts at once; finding none is a failure, not a success."""
    found = [str(path) for path in scripts([Path(argument) for argument in sys.argv[1:]])]
    if not found:
        sys.stderr.write(f"no shell script below {' '.join(sys.argv[1:])}\n")
        return 1
    # SC1091: a script may source what only a running cluster writes.
    return subprocess.run(
        ["shellcheck", "--external-sources", "--exclude=SC1091", *found], check=False
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
