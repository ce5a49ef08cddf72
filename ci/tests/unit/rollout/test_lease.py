"""The promise: a Lease changes hands only when its holder is done or provably silent."""

import inspect
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from todo_ci.core import context
from todo_ci.core.context import LeaseTiming
from todo_ci.main import Todo
from todo_ci.rollout import lease
from todo_ci.rollout.lease import Lease

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIMING = LeaseTiming()


def held(renewed: datetime = NOW) -> Lease:
    text = renewed.isoformat()
    return Lease("them", 30, acquired=text, renewed=text, transitions=2, version="7")


def test_a_real_lease_is_read_and_written_back_unchanged() -> None:
    stored = lease.parse((Path(__file__).parents[1] / "fixtures/lease.json").read_text())
    assert stored.holder == ""
    assert stored.version
    assert lease.parse(lease.manifest(stored)) == stored


def test_a_new_lease_carries_no_version_so_that_only_one_client_creates_it() -> None:
    assert "resourceVersion" not in lease.manifest(lease.claim("me", TIMING))


def test_a_lease_is_taken_over_from_exactly_what_was_seen() -> None:
    mine = lease.claim("me", TIMING, over=held())
    assert (mine.version, mine.transitions, mine.holder) == ("7", 3, "me")


def test_a_lease_that_stays_unchanged_for_its_duration_has_expired() -> None:
    seen = lease.observe(None, held(), 100)
    seen = lease.observe(seen, held(), 120)
    assert not lease.expired(seen, 129.9, NOW, TIMING)
    assert lease.expired(seen, 130, NOW, TIMING)


def test_every_renewal_starts_the_watch_anew() -> None:
    seen = lease.observe(None, held(), 100)
    seen = lease.observe(seen, held(NOW + timedelta(seconds=10)), 125)
    assert not lease.expired(seen, 154, NOW, TIMING)


def test_a_holder_whose_clock_is_behind_is_not_robbed() -> None:
    seen = lease.observe(None, held(NOW - timedelta(seconds=200)), 0)
    assert not lease.expired(seen, 1, NOW, TIMING)


def test_a_holder_whose_clock_is_ahead_does_not_hold_for_ever() -> None:
    seen = lease.observe(None, held(NOW + timedelta(days=1)), 0)
    assert not lease.expired(seen, 29, NOW, TIMING)
    assert lease.expired(seen, 30, NOW, TIMING)


def test_a_lease_from_long_ago_is_not_waited_for() -> None:
    seen = lease.observe(None, held(NOW - timedelta(hours=1)), 0)
    assert lease.expired(seen, 0, NOW, TIMING)


def test_a_lease_without_a_readable_time_is_judged_by_watching() -> None:
    seen = lease.observe(None, Lease("them", 30, "", ""), 0)
    assert not lease.expired(seen, 1, NOW, TIMING)
    assert lease.expired(seen, 30, NOW, TIMING)


def test_two_clients_of_one_user_have_two_names() -> None:
    assert lease.identity() != lease.identity()
    assert " pid " in lease.identity()


def test_a_client_that_was_named_is_known_by_that_name() -> None:
    assert lease.identity("octocat@laptop").startswith("octocat@laptop ")
    assert lease.identity("octocat@laptop") != lease.identity("octocat@laptop")
    assert "\n" not in lease.identity("two\nlines")
    assert len(lease.identity("x" * 500)) < 120


@pytest.mark.parametrize("timing", [TIMING, context.THROUGH_AN_ENGINE])
def test_a_holder_gives_up_before_others_may_take_over(timing: context.LeaseTiming) -> None:
    assert timing.renew < timing.deadline < timing.duration


def test_who_waits_as_usual_outlasts_a_client_that_died() -> None:
    default = inspect.signature(Todo.deploy).parameters["lock_timeout"].default
    assert context.THROUGH_AN_ENGINE.duration < default
