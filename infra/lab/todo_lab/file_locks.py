"""Let two commands that make the same thing wait for each other."""

import fcntl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold(path: Path, waiting: Callable[[], object] | None = None) -> Generator[None, None, None]:
    """Hold the lock at `path` while the block runs; the kernel frees it when the process ends.

    Args:
        path: the lock's file; made when it is missing, never removed (a removed file would let
            a third process lock a new one beside the second's).
        waiting: called once when another process holds the lock, to say so.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
