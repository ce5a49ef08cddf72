"""The promise: each Secret is applied whole or left alone, and no value is part of the plan."""

import json
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad

from todo_ci.commands.secrets import secrets
from todo_ci.commands.secrets_plan import Kafka, plan
from todo_ci.core.ports import Result, Step
from todo_ci.errors import InputError, LockError, PipelineError
from todo_ci.rollout import lease
from todo_ci.scripts.apply_secrets import NOT_BACK, REFUSED, RESTORED

APP = frozenset({"kubeconfig", "database-url", "better-auth-secret"})
KAFKA = Kafka(brokers="kafka.test:9092", username="todo")


def planned(given: frozenset[str] = APP, kafka: Kafka | None = None, username: str = "") -> Step:
    return plan(given, "registry.test/todo", username, kafka or Kafka())


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


def test_only_what_something_running_reads_restarts_it() -> None:
    step = planned(APP | {"kafka-password", "registry-password"}, KAFKA, username="me")
    assert {name for name, order in orders(step).items() if order["restart"]} == {
        "app-secrets", "dapr-app-token", "kafka-secrets",
    }  # fmt: skip


async def applying(answer: Result) -> str:
    """Apply, with this answer of the step, and return the error."""
    cluster = FakeCluster()
    cluster.answers["python -m scripts.apply_secrets"] = [answer]
    with pytest.raises(PipelineError) as error:
        await secrets(
            cluster.context(*APP), registry="registry.test/todo", username="", lock_timeout=0
        )
    assert cluster.lease is not None
    assert cluster.lease["spec"]["holderIdentity"] == "", "given back"
    return error.value.text()


async def test_secrets_that_were_refused_are_told_from_an_app_that_cannot_use_them() -> None:
    assert "were not applied" in await applying(bad("forbidden"))
    stuck = "kubectl rollout status: timed out"
    text = await applying(Result(RESTORED, "", stuck, 120))
    assert "did not serve with them, so the former ones are back" in text
    assert "next: todo-ci logs --env local" in text
    text = await applying(Result(NOT_BACK, "", stuck, 120))
    assert "does not serve with these either" in text


async def test_a_database_url_that_cannot_work_is_named_with_what_is_accepted() -> None:
    text = await applying(Result(REFUSED, "", "sslmode: accepted is disable, require", 1))
    assert "--database-url: sslmode: accepted is disable, require; nothing was changed" in text
    assert "accepted: postgresql://user:password@host:5432/name" in text
    assert "next: todo-ci secrets again" in text
    assert "database_url" in orders(planned())["app-secrets"]["keys"]["database-url"]
    assert "database_url" not in orders(planned())["app-secrets"]["keys"]["better-auth-secret"]


async def test_they_wait_for_a_deploy_and_are_refused_by_its_name() -> None:
    cluster = FakeCluster()
    soon = lease.timestamp()
    cluster.lease = json.loads(lease.manifest(lease.Lease("someone", 30, soon, soon, version="1")))
    with pytest.raises(LockError, match="someone holds the deploy lock"):
        await secrets(
            cluster.context(*APP), registry="registry.test/todo", username="", lock_timeout=0
        )
    assert set(cluster.ran) == {"lease get"}


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
