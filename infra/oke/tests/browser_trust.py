"""Whom a browser trusts beside those that it came with."""

import subprocess
from pathlib import Path


def add(home: Path, root: Path) -> None:
    """Have the browsers of a home take an authority's word, as they do Let's Encrypt's."""
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    base = ("certutil", "-d", f"sql:{store}")
    add = ("-A", "-n", "authority of a test", "-t", "C,,", "-i", str(root))
    for more in (("-N", "--empty-password"), add):
        subprocess.run([*base, *more], check=True, capture_output=True)
