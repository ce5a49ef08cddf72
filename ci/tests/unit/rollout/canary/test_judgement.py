"""The promise: a canary passes by what was measured beside it alone, and by enough of it."""

from dataclasses import replace

import pytest
from fake_canary import POLICY, measured
from msgspec.structs import replace as with_policy

from todo_ci.rollout.canary.judgement import FLOOR, parse, trouble


@pytest.mark.parametrize(
    "text",
    [
        measured(),
        measured(2),  # 1 %, which may fail
        measured(22, stable=20),  # the database is away, for both
        measured(p95=0.004 + FLOOR),  # what no person notices
    ],
)
def test_it_passes(text: str) -> None:
    assert trouble(parse(text), POLICY) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (measured(3), "3 of 200 requests failed (1.5 %)"),
        (measured(20), "at most 1 % more may fail: 12:00:00 UTC /: status 500"),
        (measured(30, stable=20), "what serves: 20 of 200 requests failed (10.0 %)"),
        (measured(p95=0.06), "p95 60 ms; what serves: 0 of 200 requests failed (0.0 %), p95 4 ms"),
        (measured(p95=0.06), "at most 2 times as slow"),
        (measured(elsewhere=150), "no verdict: 50 requests reached the canary and 150"),
        (
            measured(elsewhere=3),
            "3 of the canary's requests came back without its mark",
        ),
        (measured(20, elsewhere=150), "100 are judged: 12:00:00 UTC /: status 500"),
    ],
)
def test_it_fails(text: str, why: str) -> None:
    assert why in trouble(parse(text), POLICY)


def test_beside_what_does_not_answer_it_is_judged_by_itself() -> None:
    """What serves is down, and this is what mends it."""
    for stable in (
        {"answered": 0, "elsewhere": 200, "p95": 0.0},
        {"answered": 0, "failed": 99, "p95": 0.0},
        {"answered": 0, "failed": 200, "p95": 0.0},
        {"answered": 60, "failed": 140, "p95": 0.001},
    ):
        found = parse(measured(2, p95=0.9))
        down = replace(found, stable=replace(found.stable, **stable))
        assert trouble(down, POLICY) == ""
        worse = parse(measured(3))
        assert trouble(replace(worse, stable=down.stable), POLICY)


def test_what_reaches_another_on_both_sides_is_not_the_canarys() -> None:
    """Such as each second path, which leads to another component."""
    found = parse(measured(elsewhere=90))
    both = replace(found, stable=replace(found.stable, answered=110, elsewhere=90))
    assert trouble(both, POLICY) == ""


def test_one_that_is_slow_beside_one_that_is_slow_passes() -> None:
    found = parse(measured(p95=1.9))
    assert trouble(replace(found, stable=replace(found.stable, p95=1.0)), POLICY) == ""
    assert trouble(replace(found, stable=replace(found.stable, p95=0.9)), POLICY)


@pytest.mark.parametrize(("percent", "enough"), [(1, 100), (0.3, 334), (10, 50), (0, 50)])
def test_one_request_alone_that_fails_is_within_what_may(percent: float, enough: int) -> None:
    policy = with_policy(POLICY, max_failed_percent=float(percent))
    assert policy.enough == enough
    one = parse(measured(1))
    seen = replace(
        one,
        canary=replace(one.canary, answered=enough - 1),
        stable=replace(one.stable, answered=enough),
    )
    assert bool(trouble(seen, policy)) == (percent == 0)
