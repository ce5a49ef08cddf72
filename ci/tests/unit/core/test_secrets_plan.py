"""Each Secret is planned whole or left out, and no value is part of the plan."""

import json
from typing import Any

import pytest

from todo_ci.core.ports import Step
from todo_ci.core.secrets_plan import plan
from todo_ci.errors import InputError
from todo_ci.plugins.kafka import Kafka

APP = frozenset({"kubeconfig", "database-url", "better-auth-secret"})
KAFKA = Kafka(brokers="kafka.test:9092", username="todo")


def planned(given: frozenset[str] = APP, kafka: Kafka | None = None, username: str = "") -> Step:
    return plan(given, "registry.test/todo", username, (kafka or Kafka()).read().flags())


def orders(step: Step) -> dict[str, dict[str, Any]]:
    return {secret["name"]: secret for secret in json.loads(step.stdin)["secrets"]}


def test_what_the_parts_of_the_cluster_tell_each_other_is_always_there() -> None:
    assert set(orders(planned())) == {"app-secrets", "dapr-app-token", "smoke-user"}
    assert orders(planned())["dapr-app-token"]["keys"] == {"token": {"random": 32}}
    user = orders(planned())["smoke-user"]["keys"]
    assert user == {"name": {"text": "smoke"}, "password": {"random": 32}}


def test_kafka_and_the_registry_are_applied_where_they_are_given() -> None:
    step = planned(APP | {"kafka-password", "registry-password"}, KAFKA, username="me")
    assert {"kafka-secrets", "ghcr-pull"} < set(orders(step))
    assert orders(step)["kafka-secrets"]["keys"] == {
        "brokers": {"text": "kafka.test:9092"},
        "username": {"text": "todo"},
        "password": {"file": "KAFKA_PASSWORD_FILE"},
    }
    uses = {use.name: use for use in step.secrets}
    assert set(uses) == APP | {"kafka-password", "registry-password"}
    assert all(use.as_file for use in uses.values())


def test_nodes_may_have_a_password_of_their_own() -> None:
    step = planned(APP | {"registry-password", "pull-password"}, username="me")
    (login,) = orders(step)["ghcr-pull"]["keys"].values()
    assert login["file"] == "PULL_PASSWORD_FILE"
    assert "registry-password" not in {use.name for use in step.secrets}


def test_a_login_of_no_registry_is_refused_and_the_registry_asked_for() -> None:
    with pytest.raises(InputError, match="no registry is known") as refused:
        plan(APP | {"registry-password"}, "", "me", {})
    assert "name the registry: --registry" in refused.value.next_step


def test_what_is_applied_of_kafka_is_tidied() -> None:
    untidy = Kafka(brokers="a:9092, b:9092,", username="todo ")
    keys = orders(planned(APP | {"kafka-password"}, untidy))["kafka-secrets"]["keys"]
    assert keys["brokers"] == {"text": "a:9092,b:9092"}
    assert keys["username"] == {"text": "todo"}


def test_only_what_something_running_reads_restarts_it() -> None:
    step = planned(APP | {"kafka-password", "registry-password"}, KAFKA, username="me")
    assert {name for name, order in orders(step).items() if order["restart"]} == {
        "app-secrets", "dapr-app-token", "kafka-secrets",
    }  # fmt: skip


def test_the_database_url_alone_is_checked_for_what_the_drivers_take() -> None:
    keys = orders(planned())["app-secrets"]["keys"]
    assert "database_url" in keys["database-url"]
    assert "database_url" not in keys["better-auth-secret"]


@pytest.mark.parametrize(
    ("kafka", "given", "missing"),
    [
        (Kafka(brokers="b:9092"), APP, ("--kafka-username", "--kafka-password")),
        (Kafka(username="todo"), APP | {"kafka-password"}, ("--kafka-brokers",)),
        (KAFKA, APP, ("--kafka-password",)),
    ],
)
def test_a_part_of_kafkas_settings_is_refused_by_name(
    kafka: Kafka, given: frozenset[str], missing: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as refused:
        planned(given, kafka)
    problem = str(refused.value).partition(" is missing")[0]
    assert all(flag in problem for flag in missing)
    assert "or none" in str(refused.value)
    assert f"SECRETS_{missing[0].upper().replace('-', '')}" in str(refused.value)
