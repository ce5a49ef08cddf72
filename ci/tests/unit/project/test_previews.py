"""The promise: a preview has a place, a name and an address of its own, or is refused by name."""

import json
from pathlib import Path

import pytest

from todo_ci.cluster import helm
from todo_ci.components import chart
from todo_ci.environments import preview_of, target
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.model import Project
from todo_ci.project.release_file import parse

TEXT = (Path(__file__).parents[1] / "fixtures/previews.toml").read_text()
URL, LIMIT = 'url = "https://{name}.preview.example.org"', "limit = 2"
VALUES = 'values = { "route.hostnames" = ["{name}.preview.example.org"], path = "/{name}" }'
OWN = 'namespace = "guests-previews"'


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def test_a_preview_has_an_address_and_values_of_its_own(previewed: Project) -> None:
    said = previewed.environments["preview"].previews
    assert said
    assert (said.limit, said.max_age_hours) == (2, 24)
    one = target("preview/pr-12")
    assert one.environment == "preview/pr-12"
    assert one.url == "https://pr-12.preview.example.org"
    assert one.values == {"route.hostnames": ["pr-12.preview.example.org"], "path": "/pr-12"}
    assert target("preview").values == {}
    assert target("stage").previews is None


def test_what_is_left_out_is_three_for_three_days() -> None:
    text = changed(LIMIT, "").replace("max-age-hours = 24", "")
    said = parse(text).environments["preview"].previews
    assert said
    assert (said.limit, said.max_age_hours) == (3, 72)


def test_a_call_is_about_the_release_of_the_preview(previewed: Project) -> None:
    current.enter("preview/pr-12")
    assert (current.release_name(), current.namespace()) == ("guestbook-pr-12", "guests-previews")
    with current.beside("pr-13"):
        assert current.release_name() == "guestbook-pr-13"
    assert current.release_name() == "guestbook-pr-12"
    current.enter("stage")
    assert (current.release_name(), current.namespace()) == ("guestbook", "guests")


@pytest.mark.parametrize("name", ["PR-12", "-a", "a-", "a.b", "a/b", "a b", "a" * 44, "ä"])
def test_a_name_that_helm_would_not_take_is_refused(previewed: Project, name: str) -> None:
    with pytest.raises(InputError) as refused:
        target(preview_of("preview", name))
    assert repr(name) in refused.value.problem
    assert "at most 43 of them" in refused.value.accepted
    assert target(f"preview/{'a' * 43}").preview == "a" * 43


def test_its_chart_is_looked_at_with_the_values_of_one(previewed: Project) -> None:
    (lint, render) = (it for it in chart.check() if it.name.endswith("preview/pr-1"))
    for step in (lint.step, render.step):
        assert json.loads(step.files[helm.GIVEN])["path"] == "/pr-1"


def test_an_environment_without_previews_has_none(previewed: Project) -> None:
    with pytest.raises(InputError) as refused:
        target("stage/pr-12")
    assert refused.value.problem == "stage is no environment for previews"
    assert refused.value.accepted == "one of: preview"
    assert refused.value.next_step == "todo-ci preview --env preview --name pr-12"
    with pytest.raises(InputError, match="no name of the preview"):
        preview_of("preview", "")


def test_where_no_environment_has_them_it_is_said_how_one_does(guestbook: Project) -> None:
    with pytest.raises(InputError) as refused:
        target("stage/pr-12")
    assert "[environments.stage.previews]" in refused.value.next_step


@pytest.mark.parametrize(
    ("old", "new", "problem", "accepted"),
    [
        (URL, "", "environments.preview.previews.url is missing", "{name} in it"),
        (URL, 'url = "https://preview.example.org"', "previews.url is", "{name} in it"),
        (URL, 'url = "ftp://{name}.example.org"', "previews.url is", "{name} in it"),
        (URL, 'url = "https://{nam}.example.org"', "previews.url is", "{name} in it"),
        (URL, 'url = "https://{name}.example.org/"', "previews.url is", "{name} in it"),
        (VALUES, "values = {}", "previews.values is an empty table", "or [a list], not empty"),
        (VALUES, 'values = { path = "/preview" }', 'path is "/preview"', "{name} in it"),
        (VALUES, 'values = { path = "/{name}/{other}" }', "path is", "{name} in it"),
        (VALUES, 'values = { hosts = ["a.example.org"] }', "hosts", "{name} in it"),
        (VALUES, 'values = { "a..b" = "{name}" }', "'a..b' is no name", "keys of the chart's"),
        (LIMIT, "limit = 0", "previews.limit is 0", "1"),
        (LIMIT, "limit = 101", "previews.limit is 101", "100"),
        (LIMIT, "max-age-hour = 3", "no key environments.preview.previews.max-age-hour", "limit"),
        ("max-age-hours = 24", "max-age-hours = 0", "previews.max-age-hours is 0", "1"),
        (OWN, "", "has its previews in the namespace 'guests', which is that of stage", "its own"),
        (OWN, f'{OWN}\nafter = "stage"', "environments.preview.after is about", "without after"),
        ('values = "stage.yaml"', 'values = "stage.yaml"\nafter = "preview"',
         "environments.stage.after is preview, which has previews", "with one release"),
        ('values = "stage.yaml"', 'values = "stage.yaml"\nrehearses = "preview"',
         "environments.stage.rehearses is preview, which has previews", "with one release"),
        (OWN, f'{OWN}\nrehearses = "stage"', "preview.rehearses is about one release", "without"),
        (OWN, f'{OWN}\nurl = "http://a.example.org"', "preview.url is about one", "without url"),
        (OWN, f'{OWN}\nrequires = {{ freeze = ["Fri 16:00 - Mon 07:00"] }}',
         "environments.preview.requires is about one release", "without requires"),
    ],
)  # fmt: skip
def test_what_no_preview_could_keep_is_refused(
    old: str, new: str, problem: str, accepted: str
) -> None:
    with pytest.raises(InputError) as refused:
        parse(changed(old, new))
    assert problem in refused.value.problem
    assert accepted in refused.value.accepted
