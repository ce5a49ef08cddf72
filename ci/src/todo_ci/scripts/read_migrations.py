"""Read which schema a tree's migrations make; sent into a step as one file.

Standard library only: the migrations are read, not run. The answer is one JSON object.

    python3 scripts/read_migrations.py FOLDER
"""

import ast
import json
import sys
from collections.abc import Mapping
from pathlib import Path

_NAMES = ("revision", "down_revision", "compatible_from")


def constants(path: Path) -> "Mapping[str, object]":
    """Return the constants that a migration states about itself."""
    stated = {
        target.id: node.value.value
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    missing = [name for name in _NAMES if name not in stated]
    if missing:
        raise SystemExit(f"{path} does not state its {', '.join(missing)}")
    return stated


def main(arguments: "list[str]") -> int:
    """Print the newest revision, and the oldest build that works on it."""
    migrations = [constants(path) for path in sorted(Path(arguments[0]).glob("[0-9]*.py"))]
    before = {migration["down_revision"] for migration in migrations}
    heads = [migration for migration in migrations if migration["revision"] not in before]
    if len(heads) != 1:
        raise SystemExit(f"{arguments[0]} has {len(heads)} newest revisions, and must have one")
    oldest = heads[0]["compatible_from"]
    print(json.dumps({"head": heads[0]["revision"], "compatible_from": oldest}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
