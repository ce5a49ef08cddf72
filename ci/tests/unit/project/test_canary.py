"""The promise: what release.toml says of a canary can be judged, or it is refused by name."""

from pathlib import Path

import pytest

from todo_ci.errors import InputError
from todo_ci.project.release_file import parse

SMALL = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()
STEP = "{ weight = 20, seconds = 10 }"
TABLE = f'[canary]\ncomponent = "web"\nsteps = [{STEP}]\n'
TLS = "verified-tls = true"
TRIAL = (
    '[environments.trial]\nrehearses = "stage"\nvalues = "trial.yaml"\n'
    'platforms = ["linux/amd64"]\nnamespace = "trial"\ncanary = true\n'
)


def test_none_is_tried_but_where_it_is_asked_for() -> None:
    assert not any(it.canary for it in parse(SMALL).environments.values())
    both = parse(SMALL.replace(TLS, f"{TLS}\ncanary = true") + TABLE)
    assert both.canary
    assert (both.canary.max_failed_percent, both.canary.max_latency_ratio) == (1, 2)
    assert str(both.canary) == "a canary of web: 20 % for 10 s"
    assert {name for name, it in both.environments.items() if it.canary} == {"prod"}


@pytest.mark.parametrize(
    ("text", "problem", "accepted"),
    [
        (TABLE.replace("20", "100"), "canary.steps[0].weight is 100", "from 0 to 99"),
        (TABLE.replace("10", "4"), "canary.steps[0].seconds is 4", "from 5 to 3600"),
        (TABLE.replace(STEP, ""), "canary.steps is []", "not empty"),
        (f"{TABLE}max-failed-percent = 51", "canary.max-failed-percent is 51", "from 0 to 50"),
        (f"{TABLE}max-failed-percent = '1'", 'max-failed-percent is "1"', "a number from 0 to 50"),
        (f"{TABLE}max-latency-ratio = 0.5", "canary.max-latency-ratio is 0.5", "from 1 to 100"),
        (TABLE.replace("steps", "step"), "no key canary.step", "steps"),
        (TABLE.replace("web", "wep"), "canary.component: there is no 'wep'", "one of: web"),
        (f'{TABLE}checks = ["events"]', "canary.checks: there is no 'events'", "nothing"),
        (f'{TABLE}checks = ["event"]\n[helm-test]\njob = "t"\nchecks = ["events"]',
         "canary.checks: there is no 'event'", "one of: events"),
        (TABLE.replace(STEP, f"{STEP}, {STEP}"),
         "canary.steps[1].weight is 20, and that of the step before is 20", "weights that rise"),
        (f"{TABLE}max-failed-percent = 0.5",
         "canary.steps[0].seconds is 10, too short for the 200 requests", "20 or more"),
        *((f"{TABLE}max-failed-percent = {it}", f"max-failed-percent is {it}, less", "0.003")
          for it in ("0.002", "1e-307")),
        (TABLE.replace("10", "3600") + "max-failed-percent = 0.002", "0.002, less", "0, for none"),
        (f"{TRIAL}{TABLE}", "environments.trial rehearses, and asks under load", "in stage alone"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str, problem: str, accepted: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(SMALL + text)
    assert problem in refused.value.problem
    assert accepted in refused.value.accepted
    assert refused.value.next_step


def test_the_least_that_is_taken_can_be_judged_in_the_longest_step() -> None:
    app = parse(SMALL + TABLE.replace("10", "3600") + "max-failed-percent = 0.003")
    assert app.canary


def test_an_environment_alone_does_not_say_how() -> None:
    with pytest.raises(
        InputError, match=r"environments\.prod\.canary: nothing says how"
    ) as refused:
        parse(SMALL.replace(TLS, f"{TLS}\ncanary = true"))
    assert "[canary]" in refused.value.accepted
