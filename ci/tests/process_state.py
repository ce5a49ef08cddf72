"""Tell a process that runs from one that is gone."""

from pathlib import Path


def started(pid: int | str) -> str | None:
    """Return a process's start in clock ticks since boot, or None when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # also one that ends while its file is read
        return None
    return None if fields[0] == "Z" else fields[19]


def is_alive(pid: int | str) -> bool:
    """Tell whether a process runs."""
    return started(pid) is not None
