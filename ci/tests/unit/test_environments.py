"""One table says what differs between environments."""

import pytest

from todo_ci.environments import TARGETS, Environment, target
from todo_ci.errors import InputError


def test_every_environment_has_its_row() -> None:
    assert set(TARGETS) == set(Environment)
    for environment, row in TARGETS.items():
        assert row.environment is environment
        assert target(environment.value) is row


def test_an_unknown_environment_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError) as refused:
        target("staging")
    assert "'staging'" in refused.value.problem
    assert refused.value.accepted == f"one of: {', '.join(Environment)}"
    assert refused.value.next_step


def test_only_the_local_target_is_lenient() -> None:
    lenient = {e for e, row in TARGETS.items() if row.allow_dirty or row.plain_http}
    assert lenient == {Environment.LOCAL}
    assert {e for e, row in TARGETS.items() if not row.verified_tls} == {Environment.LOCAL}
