"""The promise: there are never more previews than there may be, and none grows old unseen."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from todo_ci.commands.status import Status
from todo_ci.diagnosis.diagnosis import Diagnosis
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.model import Project
from todo_ci.release import previews
from todo_ci.release.history import History
from todo_ci.release.previews import Preview

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def line(
    release: str, version: int, hours: float, commit: str = "", preview: str | None = None
) -> str:
    made = (NOW - timedelta(hours=hours)).isoformat()
    labels = {"name": release, "owner": "helm", "version": str(version), "commit": commit}
    labels["preview"] = release.removeprefix("guestbook-") if preview is None else preview
    return f"{made}\t{json.dumps(labels)}\n"


def old(name: str, hours: float) -> Preview:
    return Preview(name, NOW - timedelta(hours=hours))


def test_the_newest_revision_says_how_old_a_preview_is(previewed: Project) -> None:
    text = "".join(
        [
            line("guestbook-pr-1", 10, 2, "b"),
            line("guestbook-pr-1", 9, 30, "a"),
            line("guestbook-pr-2", 1, 3),
            line("guestbook", 1, 1),
            line("another-pr-3", 1, 1),
        ]
    )
    found = previews.parse(text)
    assert found == (old("pr-2", 3), Preview("pr-1", NOW - timedelta(hours=2), "b"))
    assert previews.parse("") == ()


def test_another_release_is_none_of_them_however_it_is_called(previewed: Project) -> None:
    """Which are removed again: a database that all of them share is not."""
    theirs = [
        line("guestbook-db", 1, 900).replace('"preview"', '"theirs"'),
        line("guestbook-admin-pr-1", 1, 900, preview="pr-1"),
    ]
    assert previews.parse("".join(theirs)) == ()


def test_what_is_older_than_one_may_be_is_over_its_age(previewed: Project) -> None:
    rules = previews.rules(target("preview"))
    found = [old("pr-1", 25), old("pr-2", 24), old("pr-3", 1)]
    assert [it.name for it in previews.over_age(found, rules, NOW)] == ["pr-1"]


def test_one_more_than_there_may_be_is_refused_with_those_that_are_there(
    previewed: Project,
) -> None:
    full = [old("pr-1", 20), old("pr-2", 0.5)]
    with pytest.raises(InputError) as refused:
        previews.require_room(full, target("preview/pr-3"), NOW)
    assert refused.value.problem == (
        "preview has 2 of 2 previews that it may have: pr-1 (20 h old), pr-2 (30 min old)"
    )
    assert refused.value.next_step == "todo-ci unpreview --env preview --name pr-1"
    previews.require_room(full, target("preview/pr-1"), NOW)
    previews.require_room(full[:1], target("preview/pr-3"), NOW)


def test_no_other_release_goes_where_previews_are(previewed: Project) -> None:
    previews.refuse(target("stage"))
    for place in ("preview", "preview/pr-12"):
        with pytest.raises(InputError) as refused:
            previews.refuse(target(place))
        assert refused.value.next_step == "todo-ci preview --env preview --name pr-12"
    with pytest.raises(InputError, match="stage is no environment for previews"):
        previews.rules(target("stage"))


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(seconds=-90), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=80), "3 d"),
    ],
)
def test_an_age_is_said_as_people_say_it(since: timedelta, said: str) -> None:
    assert previews.age(since) == said


def test_those_that_are_there_are_counted(previewed: Project) -> None:
    rules = previews.rules(target("preview"))
    assert previews.census([], rules, NOW) == "0 of 2"
    assert previews.census([old("pr-1", 3)], rules, NOW) == "1 of 2: pr-1 (3 h old)"


def test_what_was_found_of_one_keeps_its_name_when_the_call_is_over(previewed: Project) -> None:
    current.enter("preview/pr-12")
    found = [
        History(()),
        Status("preview/pr-12", None, "", (), ()),
        Diagnosis("preview/pr-12", (), (), ()),
    ]
    current.enter("stage")
    assert all("guestbook-pr-12" in each.table() for each in found)
