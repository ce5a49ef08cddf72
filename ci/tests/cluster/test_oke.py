"""The promise: `--env oke` works as written, values-oke with nothing switched off.

The lab has what OKE has, each over TLS that is checked: registry, Kafka, PostgreSQL, gateway; and a
node as small, where this machine is. The tests tell one story in their order, from an account that
has just been set up.
"""

import json
import os
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import browser_trust
import lab
import pytest
from oke import URL
from oke.cloud import Cloud, running
from oke.machine import Machine

from todo_ci.preflight.quota import quantity

pytestmark = pytest.mark.lab

PATHS = ("/api/health", "/")
OCPUS = 2  # that are free, of all nodes
CACHE = Path(os.environ.get("TODO_LAB_CACHE") or Path.home() / ".cache/todo-lab")
SECRETS = ("app-secrets", "kafka-secrets", "ghcr-pull", "dapr-app-token", "smoke-user")


@pytest.fixture(scope="module")
def cloud(images: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Cloud]:
    """Have it with nothing released; afterwards the lab is as the other tests expect it."""
    lab.uninstall()
    forget_secrets()
    try:
        with running(tmp_path_factory.mktemp) as made:
            yield made
            lab.uninstall()
    finally:
        forget_secrets()
        assert lab.todo_ci("secrets", "--env", "local").exit_code == 0


def forget_secrets() -> None:
    wanted = ("delete", "secret", *SECRETS, "--ignore-not-found")
    lab.admin("kubectl", "-n", lab.NAMESPACE, *wanted)


@pytest.fixture(scope="module")
def published(cloud: Cloud) -> str:
    """Push this commit for both of oke's platforms; return its references as JSON."""
    done = cloud.publish()
    assert done.exit_code == 0, done.text
    return done.stdout.strip()


def refused(run: lab.Run, *reasons: str) -> None:
    """Hold a call to having been refused before anything was released."""
    assert run.exit_code == 1, run.text
    for reason in reasons:
        assert reason in run.stderr, run.text
    assert lab.history() == []


@pytest.mark.skipif(
    (os.cpu_count() or 0) > OCPUS, reason=f"this machine has more than the {OCPUS} free OCPUs"
)
def test_all_this_is_shown_on_a_node_of_2_cpu() -> None:
    cpu = lab.admin("kubectl", "get", "nodes", "-o", "jsonpath={.items[*].status.allocatable.cpu}")
    assert quantity(cpu) <= OCPUS


def test_secrets_are_refused_whose_database_nobody_checks(cloud: Cloud) -> None:
    run = cloud.secrets(f"{cloud.database.plain}?sslmode=require")
    assert run.exit_code == 1
    assert "sslmode: require does not check who answers" in run.stderr
    elsewhere = cloud.database.url.replace("/etc/todo/", "/etc/pki/")
    assert "sslrootcert: no pod has the file" in cloud.secrets(elsewhere).stderr
    listed = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", "secrets", "-o", "name")
    assert "app-secrets" not in listed


def test_what_lacks_is_asked_for_before_helm_runs(
    cloud: Cloud, published: str, tmp_path: Path
) -> None:
    refused(cloud.deploy(published), "app-secrets/database-url", "kafka-secrets/brokers", "next:")

    applied = cloud.secrets(cloud.database.url, login=())
    assert applied.exit_code == 0, applied.text
    refused(cloud.deploy(published), "ghcr-pull", "--registry-username NAME")

    applied = cloud.secrets(cloud.database.url)
    assert applied.exit_code == 0, applied.text
    for name in SECRETS:
        assert name in applied.stdout
    stranger = Machine.make(tmp_path, (cloud.registry.authority,))
    run = replace(cloud, machine=stranger).deploy(published)
    refused(run, f"{URL} is not reached", "certificate", "gateway.sh")


def test_a_commit_is_released_and_verified(cloud: Cloud, published: str) -> None:
    made = cloud.make_topics()
    assert made.exit_code == 0, made.text
    run = cloud.deploy(published)
    assert run.exit_code == 0, run.text
    assert lab.verdict(1) == "r1-passed"
    assert URL in run.text
    images = json.loads(published)
    assert {images["backend"], images["frontend"]} <= lab.running_images()
    namespace = json.loads(lab.admin("kubectl", "get", "namespace", lab.NAMESPACE, "-o", "json"))
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    values = ("get", "values", lab.RELEASE, "-n", lab.NAMESPACE, "-o", "json", "--all")
    given = json.loads(lab.admin("helm", *values))
    assert given["environment"] == "oke"
    assert given["dapr"]["kafka"]["tls"] is True


def test_what_serves_is_verified_again_and_from_outside_alone_where_nothing_is_trusted(
    cloud: Cloud, tmp_path: Path
) -> None:
    run = cloud.todo_ci("verify", "--url", URL)
    assert run.exit_code == 0, run.text
    stranger = Machine.make(tmp_path, ())
    run = replace(cloud, machine=stranger).todo_ci("verify", "--url", URL)
    assert run.exit_code == 1
    assert "certificate verify failed" in run.text


def test_a_person_signs_up_and_back_in_with_a_browser_that_takes_the_address_for_safe(
    cloud: Cloud, tmp_path: Path
) -> None:
    browser_trust.add(tmp_path, cloud.authority.root)
    run = cloud.machine.run(
        str(lab.ROOT / "infra/scripts/browser.sh"), "sign-in", "--grep", "somebody new signs up",
        BASE_URL=URL, HOME=str(tmp_path), TODO_LAB_CACHE=str(CACHE), timeout=600,
    )  # fmt: skip
    assert run.exit_code == 0, run.text
    assert "1 passed" in run.stdout
    asked = cloud.machine.run("curl", "--silent", "--fail", "--head", URL)
    assert "strict-transport-security: max-age=31536000" in asked.stdout.lower()


def test_a_broken_release_returns_and_no_request_fails(cloud: Cloud, published: str) -> None:
    served = lab.running_images()
    with cloud.load(*PATHS) as load:
        run = cloud.deploy(published, faults={"crash": True})
    print(f"back in {run.seconds:.1f} s; {load}")
    assert run.exit_code == 1
    assert "faults.crash is set" in run.text
    assert load.failures == []
    assert load.answered > 0
    assert lab.running_images() == served
    newest = lab.latest()
    assert lab.verdict(newest["revision"]) == f"r{newest['revision']}-passed"


def test_the_next_release_and_the_way_back_lose_no_request(cloud: Cloud, published: str) -> None:
    good, before = lab.latest()["revision"], lab.pods("backend")
    with cloud.load(*PATHS) as load:
        # New pods, or there would be nothing to roll.
        released = cloud.deploy(published, backend={"env": {"TODO_LOG_LEVEL": "warning"}})
        between = lab.pods("backend")
        returned = cloud.todo_ci("rollback", "--url", URL)
    print(f"released in {released.seconds:.1f} s, back in {returned.seconds:.1f} s; {load}")
    assert released.exit_code == 0, released.text
    assert returned.exit_code == 0, returned.text
    assert lab.latest()["description"] == f"Rollback to {good}"
    assert not before & between
    assert not between & lab.pods("backend")
    assert load.failures == []
    assert load.answered > 0
