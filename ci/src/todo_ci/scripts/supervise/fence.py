"""Run a command for as long as its client holds the deploy Lease, and kill it when it does not.

A client that is stopped, suspended or cut off renews nothing, while what it started goes on: helm
would still be changing the release when the next holder begins. This program reads the Lease beside
the command. Its end is KILL, not TERM: helm would answer that by a return of its own, and whoever
holds the Lease next repairs the release anyway.

It is sent into the step's container with the modules it imports, standard library only:

    python3 -m scripts.supervise.fence --namespace NAME --lease NAME-deploy --holder ME \
        --deadline 20 --age 3 -- helm upgrade ...
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence

from ..kubectl import KubectlError, kubectl
from .child import Child

LOST = 75  # exit code of a command that was killed for the Lease: sysexits' "try again"

Record = tuple[str, str]


class Fence:
    """Judge from looks at the Lease whether it may still be held.

    A renewal that a look finds was made after the look before it began. Counted from there, the
    deadline passes here no later than on the client's own clock.
    """

    def __init__(self, holder: str, deadline: float, renewed_at: float) -> None:
        """Start from the client's own last renewal, on this machine's monotonic clock."""
        self._holder, self._deadline, self._renewed_at = holder, deadline, renewed_at
        self._before: tuple[Record, float] | None = None

    def left(self, now: float) -> float:
        """Return the seconds until the command must end; none where the Lease is another's."""
        return max(0.0, self._renewed_at + self._deadline - now)

    def saw(self, record: Record, asked_at: float) -> None:
        """Note what a look found, and when it began."""
        if record[0] != self._holder:
            self._renewed_at = float("-inf")
        elif self._before and record != self._before[0]:
            self._renewed_at = max(self._renewed_at, self._before[1])
        self._before = record, asked_at


def run(
    command: Sequence[str], fence: Fence, look: Callable[[float], Record | None], interval: float
) -> int:
    """Run the command to its end, or to that of the Lease, and return its exit code."""
    child = Child(command)
    while child.runs:
        left = fence.left(time.monotonic())
        if not left:
            child.kill()
            print("fence: the deploy lock is no longer held; its command was ended",
                  file=sys.stderr, flush=True)  # fmt: skip
            return LOST
        asked_at = time.monotonic()
        record = look(left)
        if record is not None:
            fence.saw(record, asked_at)
        child.ended_within(min(interval, fence.left(time.monotonic())))
    return child.exit_code()


def read_lease(namespace: str, name: str, timeout: float) -> Record | None:
    """Return the holder and its last renewal, or None without an answer in time."""
    try:
        text = kubectl("--namespace", namespace, "get", "lease", name, "--output", "json",
                       timeout=timeout)  # fmt: skip
    except KubectlError:
        return None
    spec = json.loads(text).get("spec", {})
    return spec.get("holderIdentity") or "", spec.get("renewTime") or ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Run a command while the deploy Lease is held.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--lease", required=True)
    parser.add_argument("--holder", required=True)
    parser.add_argument("--deadline", type=float, required=True, help="seconds without a renewal")
    parser.add_argument("--age", type=float, required=True, help="seconds since the last renewal")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args(arguments)
    fence = Fence(given.holder, given.deadline, time.monotonic() - given.age)

    def look(left: float) -> Record | None:
        # A slow answer is worth waiting for; one that never comes must leave time for another.
        return read_lease(given.namespace, given.lease, min(left, given.deadline / 3))

    # A tenth, so that several looks fall between two renewals.
    return run(given.command, fence, look, given.deadline / 10)


if __name__ == "__main__":
    sys.exit(main())
