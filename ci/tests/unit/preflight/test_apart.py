"""The promise: a chart of which two releases cannot stand beside each other is refused before."""

from typing import Any

import pytest
import yaml

from todo_ci.errors import InputError
from todo_ci.preflight.apart import require_apart

ROUTE = """
kind: HTTPRoute
metadata: {{name: {name}}}
spec:
  {hosts}
  rules: [{{matches: [{{path: {{type: PathPrefix, value: {path}}}}}], backendRefs: []}}]
"""
INGRESS = """
kind: Ingress
metadata: {{name: {name}}}
spec: {{rules: [{{{host} http: {{paths: [{{path: /, pathType: Prefix}}]}}}}]}}
"""


def route(name: str, path: str = "/", hosts: str = "") -> list[dict[str, Any]]:
    return [yaml.safe_load(ROUTE.format(name=name, path=path, hosts=hosts))]


def ingress(name: str, host: str = "") -> list[dict[str, Any]]:
    return [yaml.safe_load(INGRESS.format(name=name, host=host))]


# Kubernetes takes a rule without a match for one of all paths.
ANY: list[dict[str, Any]] = [
    {"kind": "HTTPRoute", "metadata": {"name": "a"}, "spec": {"rules": [{}]}}
]


def named(kind: str, name: str) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name}}


def test_objects_that_both_would_own_are_named() -> None:
    fixed = [named("Component", "pubsub"), named("Job", "migrate")]
    one, other = named("Service", "guestbook-a"), named("Service", "guestbook-b")
    require_apart([one], [other, named("Deployment", "guestbook-a")], "values-preview.yaml")
    with pytest.raises(InputError) as refused:
        require_apart([one, *fixed], [other, *fixed], "values-preview.yaml")
    assert refused.value.problem.endswith("Component pubsub, Job migrate")
    assert "{{ .Release.Name }}" in refused.value.accepted
    assert "values-preview.yaml" in refused.value.next_step


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (route("a"), route("b"), "*/"),
        (route("a", "/app"), route("b", "/app"), "*/app"),
        (route("a", hosts="hostnames: [x.org, a.org]"), route("b", hosts="hostnames: [x.org]"),
         "x.org/"),
        (ingress("a"), ingress("b"), "*/"),
        (ingress("a", "host: x.org,"), ingress("b", "host: x.org,"), "x.org/"),
        (ANY, route("b"), "*/"),
    ],
)  # fmt: skip
def test_an_address_that_both_would_answer_at_is_named(one: Any, other: Any, both: str) -> None:
    with pytest.raises(InputError) as refused:
        require_apart(one, other, "values-preview.yaml")
    assert refused.value.problem == f"previews would answer at the same address: {both}"
    assert "previews.values" in refused.value.next_step


def test_addresses_of_their_own_are_taken() -> None:
    require_apart(route("a", "/a"), route("b", "/b"), "")
    require_apart(
        route("a", hosts="hostnames: [a.org]"), route("b", hosts="hostnames: [b.org]"), ""
    )
    require_apart(ingress("a", "host: a.org,"), ingress("b", "host: b.org,"), "")
