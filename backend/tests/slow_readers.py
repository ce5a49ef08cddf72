"""Functions that are run in a worker; some take longer than they may."""

import re
import sys
import time


def backtrack() -> bool:
    """Match a pattern that takes for ever."""
    return bool(re.fullmatch(r"(?:a+)+b", "a" * 60))


def spin() -> None:
    """Stay in Python for ever."""
    while True:
        pass


def swallow() -> None:
    """Go on, whatever is raised."""
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue


def nap(seconds: float) -> str:
    """Take a while."""
    time.sleep(seconds)
    return "rested"


def imported() -> set[str]:
    """Return the names of the modules there are."""
    return set(sys.modules)
