"""The promise: a share of the requests goes to a canary, and an answer says whose it is."""

from typing import Any

import pytest
from fake_canary import OWN, route, rule, service

from todo_ci.errors import InputError
from todo_ci.rollout.canary import routes

pytestmark = pytest.mark.usefixtures("guestbook")
OURS = ("guestbook",)
OTHER = {"backendRefs": [{"name": "other", "port": 80}]}


def test_the_rest_of_a_share_goes_where_all_of_it_went() -> None:
    given = route(rule(), rule(**OTHER))
    first, second = routes.weighted(given, OURS, 20)["spec"]["rules"]
    assert first["backendRefs"] == [
        {"name": "guestbook", "port": 80, "weight": 80},
        {"name": "guestbook-canary", "port": 80, "weight": 20},
    ]
    assert second == rule(**OTHER)
    assert given == route(rule(), rule(**OTHER)), "what is put back later is as it was"


def test_a_header_leads_to_one_side_and_stands_on_its_answers() -> None:
    made = routes.sided(route(rule(name="page"), rule(**OTHER)), OURS, OWN)
    assert made["metadata"] == {"name": "guestbook-canary", "labels": OWN}
    assert made["spec"]["parentRefs"] == [{"name": "web"}]
    to_canary, to_stable = made["spec"]["rules"]
    for side, it, name in (
        ("canary", to_canary, "guestbook-canary"),
        ("stable", to_stable, "guestbook"),
    ):
        (match,) = it["matches"]
        assert match["path"] == {"type": "PathPrefix", "value": "/guestbook"}
        assert match["headers"] == [{"type": "Exact", "name": "X-Canary", "value": side}]
        (told,) = it["filters"]
        assert told["responseHeaderModifier"]["set"] == [{"name": "X-Canary", "value": side}]
        assert it["backendRefs"] == [{"name": name, "port": 80, "weight": 1}]
        assert "name" not in it


def test_what_a_rule_asks_and_does_besides_stays() -> None:
    agent: dict[str, Any] = {"type": "Exact", "name": "User-Agent", "value": "x"}
    theirs: list[dict[str, Any]] = [
        {"type": "URLRewrite", "urlRewrite": {"hostname": "a"}},
        {
            "type": "ResponseHeaderModifier",
            "responseHeaderModifier": {"remove": ["Server"], "set": [{"name": "A", "value": "b"}]},
        },
    ]
    given = rule(matches=[{"headers": [agent]}], filters=theirs, timeouts={"request": "5s"})
    made = routes.sided(route(given), OURS, OWN)["spec"]["rules"][0]
    assert made["matches"][0]["headers"][0] == agent
    assert made["timeouts"] == {"request": "5s"}
    rewrite, told = made["filters"]
    assert rewrite == theirs[0]
    assert told["responseHeaderModifier"] == {
        "remove": ["Server"],
        "set": [{"name": "A", "value": "b"}, {"name": "X-Canary", "value": "canary"}],
    }


def test_a_rule_without_a_match_is_asked_for_by_the_header_alone() -> None:
    bare = {"backendRefs": [{"name": "guestbook", "port": 80}]}
    (match,) = routes.sided(route(bare), OURS, OWN)["spec"]["rules"][0]["matches"]
    assert list(match) == ["headers"]


def test_the_routes_are_those_that_helm_applied() -> None:
    (found,) = routes.of([service(), route()])
    assert found["spec"] == route()["spec"]
    assert found["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "Helm"
    assert found["metadata"]["annotations"]["meta.helm.sh/release-name"] == "guestbook"


def test_what_shares_out_already_is_refused() -> None:
    both = [{"name": "guestbook", "port": 80}, {"name": "other", "port": 80}]
    with pytest.raises(InputError, match="HTTPRoute guestbook has a rule with several"):
        routes.leading_to([route(rule(backendRefs=both))], OURS)
    assert routes.leading_to([route(rule(**OTHER))], OURS) == []


@pytest.mark.parametrize("other", [{"kind": "Bucket"}, {"namespace": "theirs"}, {"weight": 0}])
def test_what_leads_to_another_or_to_nobody_stays_as_it_is(other: dict[str, Any]) -> None:
    away = route(rule(backendRefs=[{"name": "guestbook", "port": 80, **other}]))
    assert routes.leading_to([away], OURS) == []
    own = route(rule(backendRefs=[{"name": "guestbook", "port": 80, "namespace": "guests"}]))
    assert routes.leading_to([own], OURS) == [own]
