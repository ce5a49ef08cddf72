"""Start the one command that a program stands in front of: standard library only."""

import ctypes
import signal
import subprocess
from collections.abc import Sequence


def start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command in a session of its own, which dies with this process.

    A signal to this process's group reaches it once, as it is passed on. Killed, this process takes
    it along: a client that is gone holds no lock any more.
    """
    return subprocess.Popen(list(command), start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGKILL)
