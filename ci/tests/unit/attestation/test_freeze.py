"""A frozen time is known to the minute, over the end of the week as well."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from todo_ci.attestation.freeze import frozen

WEEKEND, LUNCH = "Fri 16:00 - Mon 07:00", "Tue 12:00 - Tue 13:00"


# The first of June 2026 is a Monday.
@pytest.mark.parametrize(
    ("day", "hour", "minute", "expected"),
    [(5, 15, 59, ""), (5, 16, 0, WEEKEND), (6, 3, 0, WEEKEND), (7, 23, 59, WEEKEND),
     (1, 0, 0, WEEKEND), (1, 6, 59, WEEKEND), (1, 7, 0, ""), (2, 12, 0, LUNCH), (2, 13, 0, "")],
)  # fmt: skip
def test_a_moment_is_in_a_frozen_time_or_not(
    day: int, hour: int, minute: int, expected: str
) -> None:
    assert frozen((WEEKEND, LUNCH), datetime(2026, 6, day, hour, minute, tzinfo=UTC)) == expected


def test_the_zone_of_whoever_asks_does_not_matter() -> None:
    there = timezone(timedelta(hours=9))
    assert frozen((LUNCH,), datetime(2026, 6, 2, 21, 30, tzinfo=there)) == LUNCH
    assert frozen((LUNCH,), datetime(2026, 6, 2, 12, 30, tzinfo=there)) == ""


def test_none_is_frozen_where_none_is_named() -> None:
    assert frozen((), datetime(2026, 6, 6, tzinfo=UTC)) == ""
