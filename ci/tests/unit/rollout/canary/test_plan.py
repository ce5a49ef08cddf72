"""The promise: a canary is made where there is something to try, and refused where it cannot be."""

from typing import Any

import pytest
from fake_canary import POLICY, deployment, release, route, rule, service

from todo_ci.errors import InputError
from todo_ci.rollout.canary.plan import CanaryPlan, draw

pytestmark = pytest.mark.usefixtures("guestbook")
SIDECAR = {"dapr.io/enabled": "true", "dapr.io/app-id": "guestbook"}


def test_it_is_the_new_pods_behind_the_route_that_serves() -> None:
    drawn = draw(POLICY, release(), release("new"))
    assert isinstance(drawn, CanaryPlan)
    made = {item["kind"]: item for item in drawn.objects}
    assert list(made) == ["Service", "Deployment", "HTTPRoute"]
    (container,) = made["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "new"
    assert {item["metadata"]["name"] for item in drawn.objects} == {"guestbook-canary"}
    (weighted,) = drawn.weighted(20)
    assert [it["weight"] for it in weighted["spec"]["rules"][0]["backendRefs"]] == [80, 20]
    (kept,) = drawn.routes
    assert kept["spec"] == route()["spec"]


@pytest.mark.parametrize(
    ("released", "rendered", "why"),
    [
        (release(), release(), "the pods of web stay as they are"),
        ([service(), route()], release("new"), "0 Deployments of web serve"),
        (release(), [deployment("new"), route()], "no Service of each name of guestbook"),
    ],
)
def test_where_there_is_nothing_to_try_it_is_said_why(
    released: list[Any], rendered: list[Any], why: str
) -> None:
    drawn = draw(POLICY, released, rendered)
    assert isinstance(drawn, str)
    assert why in drawn


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"])
def test_what_helm_makes_beside_the_pods_is_not_waited_for(kind: str) -> None:
    """Such as a ConfigMap named by what it holds, which is another for each change."""
    brought = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "web-5f3c"}}
    new = deployment("new")
    new["spec"]["template"]["spec"]["volumes"] = [{"name": "a", "configMap": {"name": "web-5f3c"}}]
    rendered = [service(), new, route(), brought]
    drawn = draw(POLICY, release(), rendered)
    assert drawn == f"the release brings what its pods need: {kind} web-5f3c"
    assert isinstance(draw(POLICY, [*release(), brought], rendered), CanaryPlan)
    assert isinstance(draw(POLICY, release(), [*release("new"), brought]), CanaryPlan)
    # A hook's is in no manifest of the release, and there for its pods.
    reads = {
        **new,
        "spec": {**new["spec"], "template": {**new["spec"]["template"], "a": "web-5f3c"}},
    }
    assert isinstance(draw(POLICY, [service(), reads, route()], rendered), CanaryPlan)


def test_pods_that_are_never_beside_each_other_are_refused() -> None:
    """Such as those that share a volume: two at once would write over each other."""
    new = deployment("new", strategy={"type": "Recreate"})
    with pytest.raises(InputError, match="never beside each other") as refused:
        draw(POLICY, release(), [service(), new, route()])
    assert refused.value.next_step


def test_pods_with_a_sidecar_are_refused() -> None:
    new = deployment("new")
    new["spec"]["template"]["metadata"] = {
        **new["spec"]["template"]["metadata"], "annotations": SIDECAR,
    }  # fmt: skip
    with pytest.raises(InputError, match="the pods of web have sidecars of Dapr"):
        draw(POLICY, release(), [service(), new, route()])


@pytest.mark.parametrize(
    ("released", "rendered", "why"),
    [
        (release(), [service(), route()], "the chart has 0 Deployments whose pods are labelled"),
        (release(), [*release("new"), deployment("newer")], "the chart has 2 Deployments"),
        ([service(), deployment()], release("new"), "no HTTPRoute of the release that serves"),
        (
            [service(), deployment(), route(rule(backendRefs=[{"name": "other"}]))],
            release("new"),
            "no HTTPRoute of the release that serves",
        ),
    ],
)
def test_what_a_chart_leaves_no_room_for_is_refused(
    released: list[Any], rendered: list[Any], why: str
) -> None:
    with pytest.raises(InputError, match=why) as refused:
        draw(POLICY, released, rendered)
    assert refused.value.accepted
    assert refused.value.next_step
