"""The promise: a deploy applies the Secrets it is given before it releases, or nothing at all."""

import json
from dataclasses import dataclass, field, replace

import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, images, ok

from todo_ci.commands.deploy import deploy
from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.core.working_tree import WorkingTree
from todo_ci.environments import target
from todo_ci.errors import ClusterError, InputError
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import CheckStatus
from todo_ci.rollout.request import DeployRequest
from todo_ci.scripts.apply_secrets import REFUSED, RESTORED

pytestmark = pytest.mark.anyio

TREE = WorkingTree("a" * 40, dirty=False, owner="somebody")
REQUEST = DeployRequest(
    images=images(1), url="http://app.test", lock_timeout=0, registry="r.test/todo",
    username="pusher", keys=True,
)  # fmt: skip
GIVEN = ("kubeconfig", "registry-password", "database-url", "better-auth-secret")
KAFKA = ("kafka-brokers", "kafka-username", "kafka-password")
APPLY = "python -m scripts.apply_secrets"
CHECK = f"{APPLY} --check"


def applied(*changed: str) -> Result:
    found = [
        {"name": name, "keys": ["key"], "changed": name in changed}
        for name in ("app-secrets", "smoke-user")
    ]
    restarted = ["deployment.apps/todo-app-backend"] if changed else []
    return ok(json.dumps({"secrets": found, "restarted": restarted}))


@dataclass
class Cluster(FakeCluster):
    """A cluster whose Secrets can be applied; keep what was asked for."""

    orders: list[Step] = field(default_factory=list[Step])

    def __post_init__(self) -> None:
        self.answers |= {CHECK: [ok()], APPLY: [applied()]}

    async def run(self, step: Step) -> Result:
        if "scripts.apply_secrets" in step.argv:
            self.orders.append(step)
        return await super().run(step)

    def wanted(self) -> dict[str, dict[str, object]]:
        (step,) = (it for it in self.orders if "--check" not in it.argv)
        return {it["name"]: it["keys"] for it in json.loads(step.stdin)["secrets"]}


async def run(cluster: FakeCluster, *given: str, request: DeployRequest = REQUEST) -> ReleaseResult:
    return await deploy(cluster.context(*(given or GIVEN)), TREE, request)


async def test_they_are_looked_at_then_applied_then_released() -> None:
    cluster = Cluster()
    cluster.answers[APPLY] = [applied("app-secrets")]
    done = await run(cluster)
    assert done.passed
    steps = [CHECK, "lease create", APPLY, "preflight", "upgrade"]
    places = [cluster.ran.index(step) for step in steps]
    assert places == sorted(places)
    first, *others = done.report.checks
    assert (first.name, first.status) == ("applied secrets", CheckStatus.PASSED)
    assert first.evidence == (
        "changed: app-secrets; as before: smoke-user; restarted: todo-app-backend"
    )
    assert others[0].name == "upgrade"
    assert set(cluster.wanted()) == {"app-secrets", "dapr-app-token", "smoke-user"}


async def test_a_deploy_that_is_given_none_applies_none() -> None:
    cluster = Cluster()
    done = await run(cluster, request=replace(REQUEST, keys=False))
    assert done.passed
    assert not cluster.orders
    assert "applied secrets" not in {check.name for check in done.report.checks}


async def test_the_password_that_pushes_is_not_given_to_nodes() -> None:
    cluster = Cluster()
    await run(cluster)
    assert "ghcr-pull" not in cluster.wanted()
    cluster = Cluster()
    await run(cluster, *GIVEN, *KAFKA, "pull-password")
    assert cluster.wanted()["ghcr-pull"] == {
        ".dockerconfigjson": {
            "file": "PULL_PASSWORD_FILE", "registry": "r.test", "username": "pusher",
        }
    }  # fmt: skip
    assert "registry-password" not in {use.name for step in cluster.orders for use in step.secrets}
    assert set(cluster.wanted()["kafka-secrets"]) == {"brokers", "username", "password"}


@pytest.mark.parametrize(
    ("given", "problem", "next_step"),
    [
        (("kubeconfig",), "no database-url and no better-auth-secret was given",
         "--keys file:PATH with the lines DATABASE_URL=…, BETTER_AUTH_SECRET=…"),
        ((*GIVEN, *KAFKA[:1]), "of kafka-secrets KAFKA_USERNAME=… and KAFKA_PASSWORD=… is missing",
         "--keys file:PATH with the line KAFKA_USERNAME=…"),
    ],
)  # fmt: skip
async def test_a_key_that_is_missing_is_named_before_anything_is_built(
    given: tuple[str, ...], problem: str, next_step: str
) -> None:
    cluster = Cluster()
    with pytest.raises(InputError) as refused:
        await run(cluster, *given, request=replace(REQUEST, images=None))
    assert problem in refused.value.problem
    assert next_step in refused.value.next_step
    assert not cluster.ran


async def test_a_login_of_nobody_is_refused() -> None:
    request = replace(REQUEST, username="")
    with pytest.raises(InputError, match=r"PULL_PASSWORD=… was given, and no --registry-username"):
        await run(Cluster(), *GIVEN, "pull-password", request=request)


async def test_a_value_that_cannot_work_stops_before_anything_is_built_or_changed() -> None:
    cluster = Cluster()
    cluster.answers[CHECK] = [Result(REFUSED, "", "sslmode: accepted is disable", 1)]
    with pytest.raises(InputError) as refused:
        await run(cluster, request=replace(REQUEST, images=None))
    assert refused.value.problem.startswith("DATABASE_URL: sslmode: accepted is disable")
    assert "todo-ci deploy again with a right URL" in refused.value.next_step
    assert cluster.ran == [CHECK]


@pytest.mark.parametrize(
    ("environment", "allowed", "verified"),
    [("oke", False, True), ("oke", True, False), ("local", False, False)],
)
async def test_the_database_has_to_prove_who_it_is_where_the_environment_says_so(
    environment: str, allowed: bool, verified: bool
) -> None:
    cluster = Cluster()
    context: Context = replace(cluster.context(*GIVEN), target=target(environment))
    request = replace(REQUEST, allow_http=True, allow_unverified_database=allowed)
    await deploy(context, TREE, request)
    url = cluster.wanted()["app-secrets"]["database-url"]
    assert url == {"file": "DATABASE_URL_FILE", "database_url": {"verified": verified}}


async def test_values_with_which_the_app_does_not_serve_release_nothing() -> None:
    cluster = Cluster().seed("r1-passed")
    cluster.answers[APPLY] = [Result(RESTORED, "", "timed out", 120)]
    with pytest.raises(ClusterError, match="so the former ones are back") as refused:
        await run(cluster)
    assert "then todo-ci deploy again with right values" in refused.value.next_step
    assert "upgrade" not in cluster.ran
    assert cluster.lease is not None
    assert cluster.lease["spec"]["holderIdentity"] == "", "given back"


async def test_a_release_that_fails_after_them_says_what_was_applied() -> None:
    cluster = Cluster(upgrades=["failed"]).seed("r1-passed")
    cluster.answers[APPLY] = [applied("app-secrets")]
    done = await run(cluster, request=replace(REQUEST, images=images(9)))
    assert not done.passed
    assert done.returned_to == 1
    assert "changed: app-secrets" in done.table()


async def test_a_release_that_is_refused_after_them_says_what_was_applied() -> None:
    cluster = Cluster().seed("r1-passed")
    cluster.answers |= {APPLY: [applied("app-secrets")], "keys": [bad("secrets is forbidden")]}
    with pytest.raises(ClusterError) as refused:
        await run(cluster, request=replace(REQUEST, images=images(9)))
    assert "\nsecrets were applied before: changed: app-secrets" in refused.value.problem
    assert refused.value.next_step
    assert "upgrade" not in cluster.ran


@pytest.mark.parametrize("changed", [(), ("app-secrets",)])
async def test_unchanged_ones_are_nothing_to_do(changed: tuple[str, ...]) -> None:
    cluster = Cluster().seed("r1-passed")
    cluster.answers[APPLY] = [applied(*changed)]
    done = await run(cluster)
    assert done.passed
    assert (done.revision, done.nothing_to_do) == (1, not changed)
    assert "upgrade" not in cluster.ran
    assert ("restarted" in done.table()) == bool(changed)


async def test_a_dry_run_looks_at_them_and_applies_none() -> None:
    cluster = Cluster().seed("r1-passed")
    done = await run(cluster, request=replace(REQUEST, dry_run=True))
    assert done.plan[0] == "apply the Secrets app-secrets, dapr-app-token, smoke-user"
    assert CHECK in cluster.ran
    assert APPLY not in cluster.ran
