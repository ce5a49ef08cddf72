"""The one command that a program stands in front of: standard library only."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Child:
    """A command in a session of its own, told to end when this process is.

    A signal to this process's group reaches it once, as it is passed on: as TERM, which is what
    helm, and whoever stands in front of it, answers by ending tidily. Killed, this process takes it
    along: a client that is gone holds no lock any more.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start it; a signal that comes meanwhile is passed on too."""
        self.told_to_end = False
        self._process: subprocess.Popen[bytes] | None = None
        for number in _SIGNALS:
            signal.signal(number, self._pass_on)
        self._process = subprocess.Popen(
            list(command), start_new_session=True, preexec_fn=_die_with_parent
        )
        if self.told_to_end:
            self.end()

    @property
    def runs(self) -> bool:
        """Tell whether it has not ended yet."""
        return self._process is not None and self._process.poll() is None

    def ended_within(self, seconds: float) -> bool:
        """Wait for its end, and tell whether it came."""
        try:
            self._started.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Tell it to end, which it does in its own time."""
        if self.runs:
            self._started.terminate()

    def kill(self) -> None:
        """Kill its whole group, and what hangs on its life."""
        os.killpg(self._started.pid, signal.SIGKILL)
        self._started.wait()

    def exit_code(self) -> int:
        """Wait for its end and return what a shell would show: 128 and the signal's number.

        What it left behind in its group ends with it: nobody would know that it still works.
        """
        code = self._started.wait()
        with suppress(ProcessLookupError):
            os.killpg(self._started.pid, signal.SIGKILL)
        return code if code >= 0 else 128 - code

    @property
    def _started(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "signals alone come before it was started"  # noqa: S101
        return self._process

    def _pass_on(self, _number: int, _frame: "FrameType | None") -> None:
        self.told_to_end = True
        self.end()


def _die_with_parent() -> None:
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGKILL)
