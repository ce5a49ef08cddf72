"""The promise: each Secret is applied whole or left alone."""

import json
from dataclasses import dataclass, replace

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad

from todo_ci.commands.secrets import secrets
from todo_ci.core.ports import Result, Step
from todo_ci.core.secrets_plan import plan
from todo_ci.environments import target
from todo_ci.errors import InputError, LockError, PipelineError
from todo_ci.rollout import lease
from todo_ci.scripts.apply_secrets import NOT_BACK, REFUSED, RESTORED
from todo_ci.scripts.supervise.fence import LOST

APP = frozenset({"kubeconfig", "database-url", "better-auth-secret"})


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


async def test_what_was_killed_with_the_lease_is_named_as_the_secrets() -> None:
    cluster = FakeCluster()
    cluster.answers["python -m scripts.apply_secrets"] = [Result(LOST, "", "fence: no longer", 25)]
    with pytest.raises(LockError) as error:
        await secrets(
            cluster.context(*APP), registry="registry.test/todo", username="", lock_timeout=0
        )
    assert "so what changed the cluster's Secrets was killed" in error.value.text()
    assert "next: todo-ci secrets again" in error.value.text()


async def test_a_database_url_that_cannot_work_is_named_with_what_is_accepted() -> None:
    text = await applying(Result(REFUSED, "", "sslmode: accepted is disable, require", 1))
    assert "--database-url: sslmode: accepted is disable, require; nothing was changed" in text
    assert "accepted: postgresql://user:password@host:5432/name" in text
    assert "next: todo-ci secrets again" in text
    planned = json.loads(plan(APP, "registry.test/todo", "", {}).stdin)["secrets"]
    (keys,) = [secret["keys"] for secret in planned if secret["name"] == "app-secrets"]
    assert "database_url" in keys["database-url"]
    assert "database_url" not in keys["better-auth-secret"]


async def test_a_secret_that_was_described_in_part_is_refused_before_anything_runs() -> None:
    cluster = FakeCluster()
    context = cluster.context(*APP, "kafka-password")
    with pytest.raises(InputError, match="--kafka-username is missing"):
        await secrets(
            context,
            registry="registry.test/todo",
            username="",
            lock_timeout=0,
            plain={"kafka-brokers": "a:9092", "kafka-username": ""},
        )
    assert not cluster.ran


async def test_they_wait_for_a_deploy_and_are_refused_by_its_name() -> None:
    cluster = FakeCluster()
    soon = lease.timestamp()
    cluster.lease = json.loads(lease.manifest(lease.Lease("someone", 30, soon, soon, version="1")))
    with pytest.raises(LockError, match="someone holds the deploy lock"):
        await secrets(
            cluster.context(*APP), registry="registry.test/todo", username="", lock_timeout=0
        )
    assert set(cluster.ran) == {"lease get"}


@dataclass
class Listening(FakeCluster):
    """Keep what the step was asked for."""

    order: str = ""

    async def run(self, step: Step) -> Result:
        if "scripts.apply_secrets" in step.argv:
            self.order = step.stdin
        return await super().run(step)


@pytest.mark.parametrize(
    ("environment", "allowed", "verified"),
    [("oke", False, True), ("oke", True, False), ("local", False, False)],
)
async def test_the_database_has_to_prove_who_it_is_where_the_environment_says_so(
    environment: str, allowed: bool, verified: bool
) -> None:
    cluster = Listening()
    cluster.answers["python -m scripts.apply_secrets"] = [Result(REFUSED, "", "sslmode", 1)]
    context = replace(cluster.context(*APP), target=target(environment))
    with pytest.raises(InputError):
        await secrets(
            context, registry="", username="", lock_timeout=0, allow_unverified_database=allowed
        )
    wanted = json.loads(cluster.order)["secrets"]
    (keys,) = (secret["keys"] for secret in wanted if secret["name"] == "app-secrets")
    assert keys["database-url"]["database_url"] == {"verified": verified}
