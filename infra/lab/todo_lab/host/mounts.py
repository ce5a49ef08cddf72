"""Find and undo the lab's mounts, and only those."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from todo_lab import paths


@dataclass(frozen=True)
class Mount:
    """Name one mount: where it is and what kind of file system it is."""

    path: Path
    kind: str


def parse(mountinfo: str) -> list[Mount]:
    """Return the mounts of a /proc/PID/mountinfo text, oldest first."""
    found: list[Mount] = []
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        found.append(Mount(Path(_unescape(left.split()[4])), right.split()[0]))
    return found


def read() -> list[Mount]:
    """Return the mounts this process sees."""
    return parse(Path("/proc/self/mountinfo").read_text())


def own(table: list[Mount], roots: tuple[Path, ...] = (paths.STATE, paths.RUN)) -> list[Path]:
    """Return the mount points at or below the lab's folders, newest first (the order to undo)."""
    return [
        mount.path
        for mount in reversed(table)
        if any(mount.path.is_relative_to(root) for root in roots)
    ]


def undo(roots: tuple[Path, ...] = (paths.STATE, paths.RUN)) -> None:
    """Unmount everything at or below the lab's folders."""
    for options in ((), (), ("--lazy",)):
        left = own(read(), roots)
        if not left:
            return
        argv = ("umount", *options, *map(str, left))
        subprocess.run(argv, check=False, capture_output=True)


def _unescape(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)
