"""The promise: nothing of the release picks a canary's pods, and the canary picks none of its."""

import pytest
from fake_canary import LABELS, OWN, deployment, service

from todo_ci.errors import InputError
from todo_ci.rollout.canary import names, objects

pytestmark = pytest.mark.usefixtures("guestbook")


def test_its_pods_are_told_apart_by_the_instance_alone() -> None:
    own = objects.own_labels(deployment("new"), [deployment(), service()])
    assert own == OWN
    made = objects.deployment_of(deployment("new"), own, 50)
    served = objects.service_of(service(), own)
    for item in (made, served):
        assert item["metadata"]["name"] == "guestbook-canary"
        assert item["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "todo-ci"
        assert objects.picks(objects.selector_of(item), own)
        assert not objects.picks(objects.selector_of(item), LABELS)
    assert made["spec"]["template"]["metadata"]["labels"] == own
    assert made["spec"]["template"]["spec"] == deployment("new")["spec"]["template"]["spec"]


def test_all_of_it_is_found_again_whatever_the_chart_calls_its_instance() -> None:
    """Else nothing of it would ever be removed."""
    theirs = {**LABELS, "app.kubernetes.io/instance": "web"}
    new = deployment(template={"metadata": {"labels": theirs}}, selector={"matchLabels": theirs})
    own = objects.own_labels(new, [new, service(selector=theirs)])
    for item in (objects.deployment_of(new, own, 50), objects.service_of(service(), own)):
        labels = item["metadata"]["labels"]
        assert names.objects() == ",".join(f"{key}={value}" for key, value in labels.items())


@pytest.mark.parametrize("selector", [{"app.kubernetes.io/component": "web"}, {}])
def test_what_would_pick_both_is_refused_by_name(selector: dict[str, str]) -> None:
    if not selector:
        assert objects.own_labels(deployment(), [service(selector=selector)]) == OWN
        return
    with pytest.raises(InputError, match="Service guestbook would pick"):
        objects.own_labels(deployment(), [service(selector=selector)])
    with pytest.raises(InputError, match="Deployment guestbook would pick"):
        objects.own_labels(deployment(), [deployment(selector={"matchLabels": selector})])


@pytest.mark.parametrize(
    ("replicas", "share", "made"), [(1, 50, 1), (4, 50, 2), (10, 25, 3), (10, 0, 1), (None, 50, 1)]
)
def test_it_has_as_much_of_the_pods_as_of_the_requests(
    replicas: int | None, share: int, made: int
) -> None:
    of = objects.deployment_of(deployment(replicas=replicas), OWN, share)
    assert of["spec"]["replicas"] == made


def test_nobody_outside_of_the_cluster_is_led_to_it() -> None:
    assert objects.service_of(service(), OWN)["spec"] == {
        "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
        "selector": OWN,
    }
