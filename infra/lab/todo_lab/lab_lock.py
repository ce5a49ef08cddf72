"""Let one command at a time change the lab: there is one lab a machine, whatever the clone."""

import fcntl
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager

# A folder every machine has: a lock file of the lab's own could not be removed without a race.
_LOCKED = "/var/lib"


@contextmanager
def hold(waiting: Callable[[], object]) -> Generator[None, None, None]:
    """Hold the lab's lock while the block runs; `waiting` is called once if another holds it."""
    descriptor = os.open(_LOCKED, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
