"""The promise: release.toml says what differs between environments, and nothing else does."""

import pytest
from msgspec.structs import replace

from todo_ci.environments import names, target, targets
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.model import Project


def test_every_environment_has_its_row() -> None:
    assert names() == ("local", "oke")
    assert [it.environment for it in targets()] == ["local", "oke"]
    assert target("oke").values_file == "values-oke.yaml"
    assert target("oke").platforms == ("linux/amd64", "linux/arm64")
    assert (target("local").helm_timeout, target("oke").helm_timeout) == (60, 300)


def test_without_a_name_it_is_the_one_that_comes_after_no_other() -> None:
    assert target() == target("local")


def test_without_a_name_it_is_none_whose_release_is_thrown_away(guestbook: Project) -> None:
    current.use(guestbook)
    first = names()[0]
    trial = replace(guestbook.environments[first], rehearses=first, namespace="trials")
    current.use(replace(guestbook, environments={"trial": trial, **guestbook.environments}))
    assert names()[0] == "trial"
    assert target().environment == first


@pytest.mark.parametrize(("name", "step"), [("staging", "local"), ("ok", "oke"), ("OKE", "local")])
def test_an_unknown_environment_is_named_with_those_there_are(name: str, step: str) -> None:
    with pytest.raises(InputError) as refused:
        target(name)
    assert repr(name) in refused.value.problem
    assert refused.value.accepted == "one of: local, oke"
    assert refused.value.next_step == f"todo-ci status --env {step}"


def test_only_the_local_target_is_lenient() -> None:
    assert {it.environment for it in targets() if it.allow_dirty or it.plain_http} == {"local"}
    assert {it.environment for it in targets() if not it.verified_tls} == {"local"}


def test_an_environment_may_have_a_namespace_of_its_own(guestbook: Project) -> None:
    places = {"prod": "guests-prod", "stage": ""}
    environments = {
        name: replace(it, namespace=places[name]) for name, it in guestbook.environments.items()
    }
    current.use(replace(guestbook, environments=environments))
    current.enter("stage")
    assert current.namespace() == "guests"
    current.enter("prod")
    assert current.namespace() == "guests-prod"
    assert current.release_name() == "guestbook"
    current.enter("stage")
    assert current.namespace() == "guests", "one call may look at two of them"
