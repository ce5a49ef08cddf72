"""Dates in plain English, in the zone of whoever says them."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from services.assistant.language.dates.durations import find_before, find_shift
from services.assistant.language.dates.grammar import find_dates
from services.assistant.language.dates.moments import END_OF_DAY, MORNING

# A Tuesday.
NOW = datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Europe/Berlin"))


def said(text: str, now: datetime = NOW, default: time = MORNING) -> str | None:
    """Return the one moment a text names, as the clock on the wall shows it."""
    found = [when for when in find_dates(text, now) if not when.reading.empty]
    assert len(found) <= 1, found
    return f"{found[0].reading.moment(now, default):%Y-%m-%d %H:%M}" if found else None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("today", "2026-03-10 09:00"),
        ("tmrw at 5pm", "2026-03-11 17:00"),
        ("the day after tomorrow at 8", "2026-03-12 08:00"),
        ("friday", "2026-03-13 09:00"),
        ("on tuesday", "2026-03-17 09:00"),
        ("this tuesday", "2026-03-10 09:00"),
        ("next friday", "2026-03-20 09:00"),
        ("friday of next week", "2026-03-20 09:00"),
        ("next week on monday at noon", "2026-03-16 12:00"),
        ("a week from friday", "2026-03-20 09:00"),
        ("by the 3rd", "2026-04-03 09:00"),
        ("on the first of april", "2026-04-01 09:00"),
        ("march 5", "2027-03-05 09:00"),
        ("5th of may 2026 at 7:45 am", "2026-05-05 07:45"),
        ("2026-05-02 at 14:30", "2026-05-02 14:30"),
        ("in 3 days", "2026-03-13 09:00"),
        ("in a fortnight", "2026-03-24 09:00"),
        ("in two months", "2026-05-10 09:00"),
        ("end of the month", "2026-03-31 09:00"),
        ("the last day of april", "2026-04-30 09:00"),
        ("new year's eve at 8pm", "2026-12-31 20:00"),
        ("this weekend", "2026-03-14 09:00"),
        ("in half an hour", "2026-03-10 09:30"),
        ("in an hour and a half", "2026-03-10 10:30"),
        ("in 90 minutes", "2026-03-10 10:30"),
        ("at half past five", "2026-03-10 17:30"),
        ("at quarter to six in the evening on thursday", "2026-03-12 17:45"),
        ("ten past eight", "2026-03-11 08:10"),
        ("at 8", "2026-03-11 08:00"),
        ("at 4", "2026-03-10 16:00"),
        ("at 05:30", "2026-03-11 05:30"),
        ("tonight", "2026-03-10 20:00"),
        ("tonight at 9", "2026-03-10 21:00"),
        ("tomorrow morning at 6", "2026-03-11 06:00"),
        ("friday evening", "2026-03-13 18:00"),
        ("this afternoon", "2026-03-10 15:00"),
        ("midnight", "2026-03-11 00:00"),
        ("saturday, 9:30 am", "2026-03-14 09:30"),
        ("at 11:30 pm tonight", "2026-03-10 23:30"),
    ],
)
def test_a_moment_is_what_people_mean_by_it(text: str, moment: str) -> None:
    assert said(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "may i have the second one",
        "march to the station",
        "sat nav",
        "the sun cream",
        "first aid kit",
        "watch 2001: a space odyssey",
        "watch 12 monkeys",
        "good morning",
        "friday's party",
        "send christmas cards",
        "read chapter 7",
        "the 2nd task",
        "pay invoice 4711",
        "at 10 people",
        "wed the two ideas",
        "a nice evening",
    ],
)
def test_words_that_look_like_dates_are_none(text: str) -> None:
    assert find_dates(text, NOW) == []


@pytest.mark.parametrize("text", ["april 31", "on february 30 at 9", "2026-13-01", "at 25:00"])
def test_a_day_or_time_that_does_not_exist_is_told_apart(text: str) -> None:
    (found,) = find_dates(text, NOW)
    assert found.impossible
    assert found.reading.empty


@pytest.mark.parametrize(
    ("text", "period", "relation"),
    [
        ("this week", ("2026-03-10", "2026-03-15"), None),
        ("next week", ("2026-03-16", "2026-03-22"), None),
        ("last week", ("2026-03-02", "2026-03-08"), None),
        ("this weekend", ("2026-03-14", "2026-03-15"), None),
        ("this month", ("2026-03-10", "2026-03-31"), None),
        ("in january", ("2027-01-01", "2027-01-31"), None),
        ("next year", ("2027-01-01", "2027-12-31"), None),
        ("in the next 3 days", ("2026-03-10", "2026-03-13"), None),
        ("by friday", ("2026-03-13", "2026-03-13"), "by"),
        ("before the 20th", ("2026-03-20", "2026-03-20"), "before"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    text: str, period: tuple[str, str], relation: str | None
) -> None:
    (found,) = find_dates(text, NOW)
    assert found.period is not None
    assert (tuple(map(str, found.period)), found.relation) == (period, relation)


def test_a_zone_decides_what_tomorrow_is() -> None:
    moment = datetime(2026, 7, 15, 20, 30, tzinfo=UTC)
    for zone, day in (("UTC", "2026-07-16"), ("Asia/Kolkata", "2026-07-17")):
        assert said("tomorrow at 5pm", moment.astimezone(ZoneInfo(zone))) == f"{day} 17:00"


def in_utc(text: str, now: datetime) -> str:
    (found,) = find_dates(text, now)
    return f"{found.reading.moment(now, END_OF_DAY).astimezone(UTC):%Y-%m-%d %H:%M}"


def test_a_time_that_the_clocks_leave_out_is_the_one_they_show() -> None:
    # On 29 March 2026 clocks in Berlin go from 1:59 to 3:00.
    eve = datetime(2026, 3, 28, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    assert said("tomorrow at 2:30 am", eve) == "2026-03-29 03:30"
    assert in_utc("tomorrow at 2:30 am", eve) == "2026-03-29 01:30"
    assert in_utc("tomorrow at 1:30 am", eve) == "2026-03-29 00:30"


def test_a_time_that_is_there_twice_is_the_first() -> None:
    # On 25 October 2026 clocks in Berlin go from 2:59 (summer) to 2:00 (winter).
    eve = datetime(2026, 10, 24, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    assert said("tomorrow at 2:30 am", eve) == "2026-10-25 02:30"
    assert in_utc("tomorrow at 2:30 am", eve) == "2026-10-25 00:30"


def test_hours_elapse_and_days_keep_the_clock_across_a_change_of_the_clocks() -> None:
    eve = datetime(2026, 3, 28, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    assert said("in 12 hours", eve) == "2026-03-29 09:00"
    assert said("in 1 day at 8pm", eve) == "2026-03-29 20:00"
    before = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert said("in an hour", before) == "2026-03-29 03:30"


def test_a_day_without_a_time_ends_at_its_last_second() -> None:
    assert said("friday", default=END_OF_DAY) == "2026-03-13 23:59"


@pytest.mark.parametrize(
    ("text", "days", "seconds", "earlier"),
    [
        ("push back the rent by a week", 7, 0, False),
        ("one hour later", 0, 3600, False),
        ("team lunch is one day earlier", 1, 0, True),
        ("bring it forward by two days", 2, 0, True),
        ("pushed by half an hour", 0, 1800, False),
        ("for another week", 7, 0, False),
    ],
)
def test_a_shift_has_a_length_and_a_direction(
    text: str, days: int, seconds: int, earlier: bool
) -> None:
    shift = find_shift(text)
    assert shift is not None
    found = (shift.duration.days, shift.duration.seconds, shift.earlier)
    assert found == (days, seconds, earlier)


@pytest.mark.parametrize("text", ["move it to another day", "in a week", "two apples"])
def test_what_is_no_shift_is_none(text: str) -> None:
    assert find_shift(text) is None


def test_a_distance_before_the_due_date_is_found() -> None:
    for text, days, seconds in (
        ("half an hour before", 0, 1800),
        ("two days before it is due", 2, 0),
        ("the day before", 1, 0),
    ):
        found = find_before(text)
        assert found is not None
        assert (found.duration.days, found.duration.seconds) == (days, seconds)
    assert find_before("before friday") is None
