"""The verdict on a revision: one label whose value carries the revision's own number.

Helm copies the labels of a release when it upgrades or rolls back, so a bare "passed" would be
inherited by a release that nobody verified. ``r3-passed`` on revision 4 means nothing.
"""

from enum import StrEnum

KEY = "verdict"


class Verification(StrEnum):
    """Say what is known about a revision."""

    PASSED = "passed"
    FAILED = "failed"
    UNVERIFIED = "unverified"


def label(revision: int, *, passed: bool) -> str:
    """Return the label to set on a revision after it was verified."""
    return f"{KEY}={_value(revision, Verification.PASSED if passed else Verification.FAILED)}"


def read(revision: int, value: str) -> Verification:
    """Judge the label a revision carries; one that names another revision does not count."""
    for standing in (Verification.PASSED, Verification.FAILED):
        if value == _value(revision, standing):
            return standing
    return Verification.UNVERIFIED


def _value(revision: int, standing: Verification) -> str:
    return f"r{revision}-{standing}"
