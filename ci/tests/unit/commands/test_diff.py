"""The promise: what a deploy would change is shown field by field, and no Secret's value is."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import MANIFEST, bad, images, live_answer, ok

from todo_ci.cluster import helm, manifest
from todo_ci.cluster.manifest_diff import Change, Kind, compare
from todo_ci.commands import diff
from todo_ci.commands.diff import Difference
from todo_ci.core.ports import Result, Step
from todo_ci.errors import ClusterError, InputError
from todo_ci.scripts.live_objects import NOT_RENDERED

Object = dict[str, Any]


def made(kind: str = "Deployment", **parts: Any) -> Object:
    return {"kind": kind, "metadata": {"name": "a"}, **parts}


def container(name: str, **parts: Any) -> Object:
    return {"name": name, **parts}


def fields(before: Object, after: Object) -> list[tuple[str, Kind, Any, Any]]:
    return [(c.field, c.kind, c.before, c.after) for c in compare([before], [after])]


def test_the_same_objects_do_not_differ_in_whatever_order() -> None:
    one, two = made(spec={"a": 1, "b": [1, 2]}), made("Service", spec={})
    turned = made(spec={"b": [1, 2], "a": 1})
    assert compare([one, two], [two, turned]) == ()


def test_objects_come_and_go_as_a_whole() -> None:
    assert compare([made("Role")], [made("Service")]) == (
        Change("Role a", Kind.REMOVED),
        Change("Service a", Kind.ADDED),
    )


def test_a_field_that_changes_is_named_by_its_path() -> None:
    before = made(spec={"replicas": 1, "gone": {"x": 1}, "same": "s"})
    after = made(spec={"replicas": 2, "new": [], "same": "s"})
    assert fields(before, after) == [
        ("spec.replicas", Kind.CHANGED, 1, 2),
        ("spec.gone", Kind.REMOVED, {"x": 1}, None),
        ("spec.new", Kind.ADDED, None, []),
    ]


def test_text_and_number_differ_as_they_do_for_the_cluster() -> None:
    assert fields(made(data={"a": "1"}), made(data={"a": 1})) == [("data.a", Kind.CHANGED, "1", 1)]


def test_items_with_names_are_compared_by_name_and_not_by_place() -> None:
    before = made(spec=[container("app", image="x:1"), container("old")])
    after = made(spec=[container("new"), container("app", image="x:2")])
    assert fields(before, after) == [
        ("spec[app].image", Kind.CHANGED, "x:1", "x:2"),
        ("spec[old]", Kind.REMOVED, {"name": "old"}, None),
        ("spec[new]", Kind.ADDED, None, {"name": "new"}),
    ]


def test_items_without_names_of_their_own_are_compared_by_place() -> None:
    before = made(spec=[container("a", port=1), container("a", port=2)])
    after = made(spec=[container("a", port=1), container("a", port=3)])
    assert fields(before, after) == [("spec[1].port", Kind.CHANGED, 2, 3)]


def test_a_key_with_dots_stands_in_brackets() -> None:
    before = made(metadata={"name": "a", "annotations": {"dapr.io/app-id": "x"}})
    after = made(metadata={"name": "a", "annotations": {"dapr.io/app-id": "y"}})
    ((field, *_),) = fields(before, after)
    assert field == "metadata.annotations[dapr.io/app-id]"


@pytest.mark.parametrize("part", ["data", "stringData"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"key": "canary-1"}, {"key": "canary-2"}),
        ({}, {"key": "canary-2"}),
        ({"key": "canary-1"}, {}),
        ({"key": "canary-1"}, None),
        (None, {"key": "canary-2"}),
    ],
)
def test_the_values_of_a_secret_are_never_shown(
    part: str, before: Object | None, after: Object | None
) -> None:
    sides = [
        made("Secret", **({part: side} if side is not None else {})) for side in (before, after)
    ]
    changes = compare([sides[0]], [sides[1]])
    assert changes
    shown = Difference("local", 1, "with the images given", changes)
    for text in (shown.table(), shown.markdown(), shown.json(), repr(changes)):
        assert "canary" not in text
        assert part in text
    assert compare([], [sides[1]]) == (Change("Secret a", Kind.ADDED),)


def test_long_values_are_cut_for_people_and_whole_for_machines() -> None:
    digests = [f"registry.test/todo/app@sha256:{digit * 64}" for digit in "ab"]
    changes = compare([made(image=digests[0], note="")], [made(image=digests[1], note="n" * 500)])
    shown = Difference("local", 4, "with the images given", changes)
    assert f"image: registry.test/todo/app@sha256:{'a' * 12}… → " in shown.table()
    assert max(map(len, shown.table().splitlines())) < 200
    assert digests[1] in shown.json()


def cluster() -> FakeCluster:
    return FakeCluster().seed("r1-passed", "")


@pytest.mark.anyio
async def test_a_deploy_of_what_serves_would_change_nothing() -> None:
    found = await diff.diff(cluster().context(), images=None, overlay="")
    assert found.changes == ()
    assert "would change nothing; compared with revision 2" in found.headline
    assert json.loads(found.json())["changes"] == []


@pytest.mark.anyio
async def test_hooks_are_compared_like_objects_and_the_overlay_reaches_the_chart() -> None:
    metadata = {"name": "migration", "annotations": {"helm.sh/hook": "pre-upgrade"}}
    old, new = (
        {"kind": "Job", "metadata": metadata, "spec": {"image": image}} for image in ("old", "new")
    )
    fake = cluster()
    fake.answers["live"] = [live_answer(released=[old], rendered=[new])]
    ran = listen(fake)
    found = await diff.diff(fake.context(), images=images(2), overlay="replicas: 2")
    assert ran[-1].files[helm.OVERLAY] == "replicas: 2"
    assert found.changes == (Change("Job migration", Kind.CHANGED, "spec.image", "old", "new"),)
    for text in (found.table(), found.markdown()):
        assert "spec.image: old → new" in text
        assert "with the images given" in text


@pytest.mark.anyio
async def test_what_serves_is_compared_under_its_own_address() -> None:
    fake = cluster()
    values = {"gateway": {"url": "https://todo.example.org"}}
    fake.answers["values"] = [ok(json.dumps(values))]
    ran = listen(fake)
    await diff.diff(fake.context(), images=images(), overlay="")
    assert helm.parse_url(ran[-1].files[helm.GIVEN]) == "https://todo.example.org"


def listen(fake: FakeCluster) -> list[Step]:
    """Keep the steps that run from now on."""
    steps: list[Step] = []
    answer = fake.run

    async def run(step: Step) -> Result:
        steps.append(step)
        return await answer(step)

    fake.run = run
    return steps


@pytest.mark.anyio
async def test_what_may_hold_a_secret_is_printed_by_no_step_of_its_own() -> None:
    """Rendered and read within the step that hides the values."""
    fake = cluster()
    ran = listen(fake)
    await diff.diff(fake.context(), images=images(), overlay="")
    assert not {"template", "manifest", "hooks"} & set(fake.ran)
    order = json.loads(ran[-1].stdin)
    assert [command[:3] for command in order["released"]] == [
        ["helm", "get", "manifest"], ["helm", "get", "hooks"],
    ]  # fmt: skip
    assert order["rendered"][:2] == ["helm", "template"]
    assert order["marks"]["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm"}
    assert order["marks"]["metadata"]["annotations"]["meta.helm.sh/release-name"] == "todo-app"
    assert "wanted.json" not in ran[-1].files


@pytest.mark.anyio
async def test_the_first_deploy_brings_everything() -> None:
    found = await diff.diff(FakeCluster().context(), images=images(), overlay="")
    assert {change.kind for change in found.changes} == {Kind.ADDED}
    assert "nothing is released" in found.headline


@pytest.mark.anyio
async def test_without_images_and_without_a_release_it_says_what_to_give() -> None:
    with pytest.raises(InputError, match="no images by digest"):
        await diff.diff(FakeCluster().context(), images=None, overlay="")


@pytest.mark.anyio
async def test_values_the_chart_does_not_take_are_refused() -> None:
    fake = cluster()
    said = "Error: values don't meet the specifications of the schema(s)"
    fake.answers["live"] = [replace(bad(said), exit_code=NOT_RENDERED)]
    with pytest.raises(InputError, match="does not take these values"):
        await diff.diff(fake.context(), images=None, overlay="replicas: x")


@pytest.mark.anyio
async def test_a_field_that_somebody_changed_is_named_with_who_and_when() -> None:
    """By the release's record alone nothing would differ."""
    fake = cluster()
    fake.answers["live"] = [drifted()]
    found = await diff.diff(fake.context(), images=None, overlay="")
    ((change,),) = [found.changes]
    assert (change.field, change.before, change.after) == ("spec.color", "red", "blue")
    assert change.by == "kubectl-edit, 2026-03-01T10:00:00Z"
    assert "would change 1 objects (1 of them changed in the cluster since)" in found.headline
    for text in (found.table(), found.markdown()):
        assert "kubectl-edit, 2026-03-01T10:00:00Z" in text
    assert json.loads(found.json())["differs"] is True


@pytest.mark.anyio
@pytest.mark.parametrize(("strict", "passed"), [(False, True), (True, False)])
async def test_a_difference_fails_only_who_asks_for_that(strict: bool, passed: bool) -> None:
    fake = cluster()
    fake.answers["live"] = [drifted()]
    found = await diff.diff(fake.context(), images=None, overlay="", exit_code=strict)
    assert found.passed == passed
    same = await diff.diff(cluster().context(), images=None, overlay="", exit_code=strict)
    assert same.passed


@pytest.mark.anyio
async def test_what_lives_and_cannot_be_read_is_not_taken_for_the_same() -> None:
    fake = cluster()
    fake.answers["live"] = [bad("services is forbidden: User cannot patch")]
    with pytest.raises(ClusterError, match="lacks a right"):
        await diff.diff(fake.context(), images=None, overlay="")


def drifted() -> Result:
    """Answer with one object of the release that a person edited."""
    item, *others = manifest.parse(MANIFEST)
    owned: Object = {
        "manager": "kubectl-edit",
        "operation": "Update",
        "time": "2026-03-01T10:00:00Z",
        "fieldsV1": {"f:spec": {"f:color": {}}},
    }
    metadata = {**item["metadata"], "managedFields": [owned]}
    live = {**item, "metadata": metadata, "spec": {"color": "red"}}
    planned = {**item, "spec": {"color": "blue"}}
    return live_answer(live=[live, *others], planned=[planned, *others])


@pytest.mark.anyio
async def test_a_field_that_somebody_added_is_told_apart_from_what_a_deploy_changes() -> None:
    item, *others = manifest.parse(MANIFEST)
    owned: Object = {"manager": "k9s", "fieldsV1": {"f:spec": {"f:extra": {}}}}
    live = {**item, "metadata": {**item["metadata"], "managedFields": [owned]}}
    live["spec"] = {**item["spec"], "extra": 1}
    fake = cluster()
    fake.answers["live"] = [live_answer(live=[live, *others], planned=[live, *others])]
    found = await diff.diff(fake.context(), images=None, overlay="", exit_code=True)
    assert [change.kind for change in found.changes] == [Kind.EXTRA]
    assert "would change nothing and leave what was added to 1 objects;" in found.headline
    assert json.loads(found.json())["differs"] is True
    assert not found.passed


@pytest.mark.anyio
async def test_values_that_cannot_be_read_are_not_taken_for_none() -> None:
    fake = cluster()
    fake.answers["values"] = [bad("secrets is forbidden")]
    with pytest.raises(ClusterError, match="lacks a right"):
        await diff.diff(fake.context(), images=None, overlay="")
