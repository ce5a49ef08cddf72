"""Progress of a measurement, for whoever waits."""

import sys


def say(what: str) -> None:
    """Name what is measured now, on standard error."""
    print(f"measuring {what}", file=sys.stderr)
