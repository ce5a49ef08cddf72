"""Ask a canary and what serves beside it, at the same time through the same gateway.

A header says which side is meant; the route to it puts the same header onto the answer, so that
none is taken for another's.

    python3 -m scripts.two_sides --url http://127.0.0.1:8000 --header X-Canary \
        --side canary --side stable --rate 20 --seconds 10 /api/health /
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from .load import ELSEWHERE, Load, ask

# Until the gateway knows the way to both.
PATIENCE, LOOK = 20.0, 0.5


class Side(Load):
    """Count the answers of one side, and how long each took."""

    def __init__(
        self, url: str, paths: Sequence[str], rate: float, mark: "tuple[str, str]"
    ) -> None:
        """Prepare to ask; ``mark`` is the header that says which side is meant."""
        super().__init__(url, paths, rate)
        self._mark = mark
        self._times: list[float] = []
        self._elsewhere = 0
        self.arrived, self.failure = False, ""

    def arrives(self, *, well: bool) -> bool:
        """Tell whether its side has answered, ``well`` or however, on a path that leads there."""
        for path in () if self.arrived else self._paths:
            self.failure = ask(self._url + path, mark=self._mark)
            if self.failure != ELSEWHERE:
                self.arrived = not self.failure or not well
                break
        return self.arrived

    def end(self) -> "dict[str, Any]":
        """Ask no more, and tell what came of it."""
        told = super().end()
        kept = {name: told[name] for name in ("answered", "failed", "first")}
        return {**kept, "elsewhere": self._elsewhere, "p95": percentile(self._times, 95)}

    def _ask(self, url: str) -> str:
        began = time.monotonic()
        failure = ask(url, mark=self._mark)
        if not failure:
            self._times.append(time.monotonic() - began)
        return failure

    def _note(self, path: str, failure: str) -> None:
        if failure == ELSEWHERE:
            with self._lock:
                self._elsewhere += 1
        else:
            super()._note(path, failure)


def percentile(times: "Sequence[float]", percent: int) -> float:
    """Return the time within which so many percent were answered; 0 of none."""
    ranked = sorted(times)
    # The nearest rank, counted without fractions that round to another one.
    return round(ranked[-(-len(ranked) * percent // 100) - 1], 4) if ranked else 0.0


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Print what came of each side as one JSON object.

    Where it is waited for them, end with 1 if the first has not answered well.
    """
    parser = argparse.ArgumentParser(description="Ask two sides of an address for some seconds.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--header", required=True, help="by which the gateway tells them apart")
    parser.add_argument("--side", required=True, action="append", help="a value of it")
    parser.add_argument("--rate", type=float, required=True, help="requests a second of each side")
    parser.add_argument("--seconds", type=float, required=True, help="0: until both answer well")
    parser.add_argument("paths", nargs="+")
    given = parser.parse_args(arguments)
    if not given.url.startswith(("http://", "https://")):
        parser.error(f"--url {given.url!r} is no http or https address")
    sides = {
        name: Side(given.url, given.paths, given.rate, (given.header, name)) for name in given.side
    }
    end = time.monotonic() + PATIENCE
    well = not given.seconds
    while time.monotonic() < end and not all(side.arrives(well=well) for side in sides.values()):
        time.sleep(LOOK)
    for side in sides.values():
        side.begin()
    time.sleep(given.seconds)
    print(json.dumps({name: side.end() for name, side in sides.items()}))
    first = sides[given.side[0]]
    if well and not first.arrived:
        print(f"not within {PATIENCE:.0f} s: {first.failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
