"""The frontend's own way to a database, called from here."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.patience import PATIENCE_SECONDS

FRONTEND = Path(__file__).parents[2] / "frontend"
_OPEN = """
const { openDatabase } = await import("./lib/auth/database.ts");
const pool = openDatabase(process.argv[1]);
"""


async def run(script: str, url: str, *arguments: str) -> Any:
    """Run a script that has a `pool` of the database, and return the JSON that it prints."""
    if not _runs_typescript() or not (FRONTEND / "node_modules/pg").is_dir():
        pytest.skip("no Node 24 or no packages of the frontend here: cd frontend && npm ci")
    whole = f"{_OPEN}{script}\nawait pool.end();"
    command = ["node", "--input-type=module", "-e", whole, url, *arguments]
    with anyio.fail_after(PATIENCE_SECONDS):
        done = await anyio.run_process(command, cwd=FRONTEND, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


@cache
def _runs_typescript() -> bool:
    node = shutil.which("node")
    asked = ["--eval", "process.exit(process.features.typescript ? 0 : 1)"]
    return node is not None and subprocess.run([node, *asked], check=False).returncode == 0
