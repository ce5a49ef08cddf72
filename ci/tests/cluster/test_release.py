"""The promise: a deploy cannot half-succeed, and the last good release is always one call away.

The tests tell one story in their order: each starts from the release the one before it left. There
is one replica, as on the free tier: the new pod must take over from the old one. What is asked
meanwhile, on new connections and never again, is answered; a rolling update under 200 requests a
second, the ways back under fewer (test_downtime.py has them all).
"""

import json
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path

import app_users
import lab
import processes
import pytest
from load import Load

pytestmark = pytest.mark.lab

FAULTS = Path(__file__).parent / "faults"
PATHS = ("/api/health", "/")


@pytest.fixture(scope="module")
def reader(images: str) -> str:
    return app_users.sign_up(f"release-{uuid.uuid4().hex[:8]}")


def deploy(images: str, *argv: str) -> lab.Run:
    return lab.todo_ci("deploy", "--env", "local", "--images", images, *argv)


def starting(images: str, *argv: str) -> "subprocess.Popen[str]":
    return lab.start("todo-ci", "deploy", "--env", "local", "--images", images, *argv)


def starting_to_be_killed(images: str, *argv: str) -> "subprocess.Popen[str]":
    """Start a client whose Lease ends soon after it."""
    command = [sys.executable, str(lab.CLUSTER / "short_lease.py"), "deploy", "--env", "local"]
    return lab.start(*command, "--images", images, *argv)


def test_with_nothing_released_a_rollback_is_refused(empty_namespace: str) -> None:
    run = lab.todo_ci("rollback", "--env", "local")
    assert run.exit_code == 1
    assert "nothing to roll back to" in run.stderr
    assert "next:" in run.stderr
    assert lab.history() == []


def test_a_failed_first_install_leaves_nothing_released(empty_namespace: str) -> None:
    run = deploy(empty_namespace, "--values", str(FAULTS / "crash.yaml"))
    assert run.exit_code == 1
    assert "nothing is released" in run.text
    assert [entry for entry in lab.history() if entry["status"] == "deployed"] == []


def test_the_first_deploy_is_verified(empty_namespace: str) -> None:
    lab.uninstall()
    run = deploy(empty_namespace)
    assert run.exit_code == 0, run.text
    assert re.search(r"^watch: .*backend \d/1 ready", run.stderr, re.MULTILINE), "it tells how far"
    assert lab.latest()["revision"] == 1
    assert lab.verdict(1) == "r1-passed"
    wanted = json.loads(empty_namespace)
    assert {wanted["backend"], wanted["frontend"]} <= lab.running_images()


def test_with_no_earlier_release_a_rollback_is_refused() -> None:
    run = lab.todo_ci("rollback", "--env", "local")
    assert run.exit_code == 1
    assert "nothing to roll back to" in run.stderr
    assert lab.latest()["revision"] == 1


def test_the_second_deploy_is_revision_2_and_loses_no_request(
    images: str, reader: str, tmp_path: Path
) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(json.dumps({"backend": {"env": {"TODO_LOG_LEVEL": "warning"}}}))
    before = lab.pods("backend")
    with Load.of_many(reader) as load:
        process = starting(images, "--values", str(values))

        def replaced() -> bool:
            return not before & lab.all_pods("backend") or process.poll() is not None

        # What the pipeline asks after that, so many would only slow down.
        lab.until("the pods of before are gone", replaced, 120)
    said, _ = process.communicate(timeout=120)
    print(f"rolling update: {load}\n{said}")
    assert process.returncode == 0, said
    assert not before & lab.pods("backend")
    assert lab.latest()["revision"] == 2
    assert lab.verdict(2) == "r2-passed"
    assert load.failures == []
    assert load.answered > 0


def test_a_request_that_is_lost_is_seen() -> None:
    with Load(("/",), port=1, rate=5, workers=1) as load:
        time.sleep(0.5)
    assert load.failures
    assert not load.answered


@pytest.mark.parametrize(
    ("fault", "signs"),
    [
        ("crash", ("todo-app-backend-", "BackOff", "faults.crash is set")),
        pytest.param(
            "unready",
            ("todo-app-backend-", "Readiness probe failed"),
            marks=pytest.mark.matrix,
        ),
        ("image", ("todo-app-backend-", "ImagePullBackOff", "sha256:0000")),
        ("test", ("todo-app-test-", "faults.testFail is set")),
    ],
)
def test_a_broken_release_returns_and_no_request_fails(
    images: str, fault: str, signs: tuple[str, ...]
) -> None:
    served = lab.running_images()
    with Load(PATHS) as load:
        run = deploy(images, "--values", str(FAULTS / f"{fault}.yaml"))
    print(f"{fault}: back in {run.seconds:.1f} s; {load}")
    assert run.exit_code == 1
    for sign in signs:
        assert sign in run.text, "its state, its events and its last lines are shown"
    assert load.failures == []
    assert load.answered > 0
    assert lab.running_images() == served
    newest = lab.latest()
    assert newest["status"] == "deployed"
    assert lab.verdict(newest["revision"]) == f"r{newest['revision']}-passed"


def test_rollback_skips_a_release_whose_client_died_before_the_verdict(images: str) -> None:
    good = lab.latest()["revision"]
    assert lab.verdict(good) == f"r{good}-passed"
    client = starting_to_be_killed(images)
    lab.until("the upgrade is deployed", lambda: lab.serves_newer_than(good))
    lab.kill_and_prove(client)
    unverified = lab.latest()["revision"]
    assert lab.verdict(unverified) != f"r{unverified}-passed"

    again = deploy(images)
    assert again.exit_code == 0, again.text
    with Load(PATHS) as load:
        run = lab.todo_ci("rollback", "--env", "local")
    print(f"rollback: {load}")
    assert run.exit_code == 0, run.text
    assert load.failures == []
    assert load.answered > 0
    newest = lab.latest()
    assert newest["description"] == f"Rollback to {good}"
    assert lab.verdict(newest["revision"]) == f"r{newest['revision']}-passed"


def test_of_two_deploys_the_second_waits_naming_the_holder(images: str) -> None:
    before = lab.latest()["revision"]
    first = starting(images, "--values", str(FAULTS / "slow.yaml"))
    lab.until("the first holds the Lease", lambda: bool(lab.holder()))
    holder = lab.holder()
    refused = deploy(images, "--lock-timeout", "2")
    assert refused.exit_code == 1
    assert holder in refused.stderr
    assert lab.holder() == holder
    second = deploy(images)
    said, _ = first.communicate(timeout=120)
    assert first.returncode == 0, said
    assert second.exit_code == 0, second.text
    assert holder in second.text
    assert lab.latest()["revision"] == before + 2
    assert not lab.holder(), "the Lease is given back"


def test_an_outage_condemns_nothing_that_had_passed(images: str) -> None:
    good = lab.latest()["revision"]
    assert lab.verdict(good) == f"r{good}-passed"
    # Something to put right: what serves as it should is looked at twice, before and after.
    patch = '{"spec": {"minReadySeconds": 1}}'
    frontend = f"deployment/{lab.RELEASE}-frontend"
    lab.admin("kubectl", "-n", lab.NAMESPACE, "patch", frontend, "--patch", patch)
    kafka = processes.stop_part("kafka")
    try:
        run = deploy(images)
    finally:
        processes.start_part("kafka", kafka)
    assert run.exit_code == 1
    assert f"revision {good} passed with this content, what fails is outside of it" in run.text
    during = lab.latest()["revision"]
    assert during == good + 1, "there was nothing to return to"
    assert lab.verdict(during) != f"r{during}-failed"
    again = deploy(images)
    assert again.exit_code == 0, again.text
