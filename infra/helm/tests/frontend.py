"""The frontend's own code, run by Node."""

import json
import os
import subprocess

from rendering import REPOSITORY

FRONTEND = REPOSITORY / "frontend"
SECRET = "0123456789abcdef0123456789abcdef"


def schema_differences(database_url: str) -> dict[str, list[str]]:
    """Ask Better Auth, with the app's options, what it misses in a database."""
    done = subprocess.run(
        ["node", "tests/schema-differences.ts"],
        cwd=FRONTEND,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "BETTER_AUTH_SECRET": SECRET,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found
