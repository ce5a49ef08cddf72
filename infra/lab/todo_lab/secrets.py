"""Make the lab's own secrets, each once, in files that only root reads."""

import secrets
from pathlib import Path

from todo_lab import files


def secret(path: Path) -> str:
    """Return the secret kept in a file, made on first use; only root may read it."""
    if not path.exists():
        files.write(path, secrets.token_urlsafe(24), mode=0o600)
    return path.read_text().strip()
