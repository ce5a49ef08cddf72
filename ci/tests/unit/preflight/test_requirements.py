"""The promise: a release that the cluster has no ground for is refused before helm runs."""

import json
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import MANIFEST, bad, images, ok, probe_answer

from todo_ci.cluster import manifest, render
from todo_ci.errors import InputError, PipelineError, ToolError
from todo_ci.plugins.dapr.ground import foreign
from todo_ci.plugins.dapr.objects import of_dapr
from todo_ci.preflight.requirements import require_keys
from todo_ci.release.result import ReleaseResult
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.anyio

LOOK = ["preflight", "registry", "template", "keys", "dapr"]


async def run(
    cluster: FakeCluster, *, dry_run: bool = False, url: str = "http://app.test"
) -> ReleaseResult:
    return await upgrade_release(
        cluster.context(),
        DeployRequest(url=url, lock_timeout=0, dry_run=dry_run),
        images=images(9),
        commit="abc",
    )


async def refused(name: str, *answers: Any, ran: int) -> str:
    """Deploy with one look answered in another way; nothing may have been touched."""
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers[name] = list(answers)
    with pytest.raises(PipelineError) as error:
        await run(cluster)
    assert cluster.ran == LOOK[:ran]
    return error.value.text()


@pytest.mark.parametrize("keys", ["", "another brokers\n", "kafka-secrets password username\n"])
async def test_a_secret_that_is_missing_is_named_with_the_command_that_makes_it(
    keys: str,
) -> None:
    text = await refused("keys", ok(keys), ran=5)
    assert "are missing: kafka-secrets/brokers\n" in text
    assert "next: todo-ci secrets --env local --kafka-brokers HOST:PORT" in text


WHOLE = "---\nkind: Pod\nmetadata: {name: a}\nspec: {envFrom: [{secretRef: {name: whole}}]}\n"


def test_a_secret_that_is_read_whole_has_to_be_there_with_any_keys() -> None:
    needs = manifest.needs(manifest.parse(WHOLE))
    with pytest.raises(InputError, match="are missing: whole\n") as error:
        require_keys(needs, ok("another a\n"), "local")
    assert "optional: true" in error.value.accepted
    assert "create secret generic whole" in error.value.next_step
    for keys in ("whole\n", "whole a\n"):
        require_keys(needs, ok(keys), "local")


PULLING = "---\nkind: Pod\nmetadata: {name: a}\nspec: {imagePullSecrets: [{name: ghcr-pull}]}\n"


def looked_up(status: int) -> Any:
    said: dict[str, Any] = {
        "status": status,
        "error": f"HTTP {status}",
        "platforms": [],
        "labels": {},
    }
    wanted = images(9)
    found = dict.fromkeys(wanted.components.values(), said)
    return ok(json.dumps({"status": status, "error": "", "images": found}))


async def unpullable(*looks: Any) -> str:
    """Deploy with images whose Secret is missing; the second look is a stranger's."""
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["template"] = [ok(MANIFEST + PULLING)]
    cluster.answers["registry"] = list(looks)
    with pytest.raises(PipelineError) as error:
        await run(cluster)
    assert cluster.ran == [*LOOK, "registry"]
    return error.value.text()


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_images_that_no_pod_could_pull_are_refused_with_the_command_for_their_secret(
    status: int,
) -> None:
    text = await unpullable(looked_up(200), looked_up(status))
    assert "registry.test does not give the image registry.test/todo/todo-backend" in text
    assert "would give one: ghcr-pull" in text
    make = "todo-ci secrets --env local --registry registry.test/todo --registry-username NAME"
    assert f"next: {make}" in text


async def test_a_registry_that_does_not_tell_is_not_taken_for_a_closed_one() -> None:
    text = await unpullable(looked_up(200), looked_up(0))
    assert "cannot tell whether registry.test gives" in text


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ("kafka-secrets brokers\n", 2),
        # A Secret by that name which no kubelet pulls with.
        ("ghcr-pull password\nkafka-secrets brokers\n", 2),
        ("ghcr-pull .dockerconfigjson\nkafka-secrets brokers\n", 1),
    ],
)
async def test_public_images_or_one_login_are_enough(keys: str, asked: int) -> None:
    cluster = FakeCluster().seed("r1-passed")
    more = PULLING.replace("{name: ghcr-pull}", "{name: ghcr-pull}, {name: another}")
    cluster.answers["template"] = [ok(MANIFEST + more)]
    cluster.answers["registry"] = [looked_up(200)] * 2
    cluster.answers["keys"] = [ok(keys)]
    await run(cluster, dry_run=True)
    assert cluster.ran.count("registry") == asked


async def test_a_pull_secret_of_another_name_has_a_command_that_makes_one() -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["template"] = [ok(MANIFEST + PULLING.replace("ghcr-pull", "mine"))]
    cluster.answers["registry"] = [looked_up(200), looked_up(401)]
    with pytest.raises(PipelineError) as error:
        await run(cluster)
    assert "generic mine --type=kubernetes.io/dockerconfigjson" in error.value.text()


async def test_values_the_chart_does_not_take_are_refused_before_the_lock() -> None:
    said = "Error: values don't meet the specifications of the schema(s)\n- replicas"
    assert "replicas" in await refused("template", bad(said), ran=3)
    with pytest.raises(ToolError, match="no such function"):
        raise render.refusal("Error: template: no such function")


async def test_a_cluster_without_dapr_is_named() -> None:
    said = 'error: the server doesn\'t have a resource type "components"'
    text = await refused("dapr", bad(said), ran=5)
    assert "Dapr is not installed" in text
    assert "infra/oke/dapr-init.sh" in text


async def test_a_cluster_that_goes_away_is_named() -> None:
    for name in ("keys", "dapr"):
        assert "cannot be reached" in await refused(name, bad("connection refused"), ran=5)


async def test_without_components_dapr_may_be_missing() -> None:
    cluster = FakeCluster()
    cluster.answers["template"] = [ok("kind: Service\nmetadata: {name: a}\n")]
    cluster.answers["dapr"] = [bad("the server doesn't have a resource type")]
    assert (await run(cluster)).passed


def stored(name: str, owner: str = "", kind: str = "Component") -> dict[str, Any]:
    notes = {"meta.helm.sh/release-name": owner} if owner else {}
    return {"kind": kind, "metadata": {"name": name, "annotations": notes}}


async def test_components_applied_by_hand_are_named_and_taken_over() -> None:
    cluster = FakeCluster(by_hand=[stored("kafka-pubsub"), stored("somebody-elses")])
    done = await run(cluster)
    assert done.passed
    ownership = done.report.checks[0]
    assert ownership.name == "ownership"
    assert "Component kafka-pubsub" in ownership.evidence
    assert "somebody-elses" not in ownership.evidence
    assert any(line.startswith("ownership: Component kafka-pubsub") for line in cluster.said)
    planned = await run(cluster, dry_run=True)
    assert any("--take-ownership" in line for line in planned.plan)


async def test_a_releases_own_components_are_not_spoken_of() -> None:
    cluster = FakeCluster(by_hand=[stored("kafka-pubsub", "todo-app")])
    planned = await run(cluster, dry_run=True)
    assert not any("--take-ownership" in line for line in planned.plan)
    assert not any(line.startswith("ownership") for line in cluster.said)


async def test_what_belongs_to_another_release_is_never_taken() -> None:
    items = {"items": [stored("kafka-pubsub", "other"), stored("free", "another")]}
    text = await refused("dapr", ok(json.dumps(items)), ran=5)
    assert "Component kafka-pubsub to other" in text
    assert "free" not in text


async def test_the_same_name_of_another_kind_is_another_object() -> None:
    wanted = of_dapr(manifest.parse(MANIFEST))
    there = [stored("kafka-pubsub", "other", kind="Subscription")]
    assert foreign(wanted, there) == ()


HTTPS = "https://app.test"


def probed(error: str = "", status: int = 0) -> Any:
    return ok(json.dumps([probe_answer("/") | {"error": error, "status": status}]))


@pytest.mark.parametrize(
    "answer",
    [
        probed("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed"),
        probed("[Errno -2] Name or service not known"),
        bad("no python"),
    ],
)
async def test_an_https_address_that_no_browser_would_open_is_refused_before_helm_runs(
    answer: Any,
) -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["probe"] = [answer]
    with pytest.raises(PipelineError) as error:
        await run(cluster, url=HTTPS)
    assert cluster.ran == [*LOOK, "probe"]
    assert "https://app.test is not reached: " in error.value.text()
    assert "next: infra/oke/gateway.sh --host app.test --check" in error.value.text()


@pytest.mark.parametrize("status", [200, 404, 503])
async def test_whatever_it_answers_over_https_is_enough(status: int) -> None:
    cluster = FakeCluster().seed("r1-passed")
    cluster.answers["probe"] = [probed(status=status)]
    await run(cluster, url=HTTPS, dry_run=True)


async def test_a_certificate_that_comes_with_the_release_is_not_asked_for_before_it() -> None:
    cluster = FakeCluster().seed("r1-passed")
    ingress = "---\nkind: Ingress\nmetadata: {name: a}\nspec: {tls: [{secretName: b}]}\n"
    cluster.answers["template"] = [ok(MANIFEST + ingress)]
    await run(cluster, url=HTTPS, dry_run=True)
    assert "probe" not in cluster.ran
