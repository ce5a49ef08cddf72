"""`doctor` finds what is wrong below a release before a deploy does, and says how to mend it."""

import json
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import faults
import injector
import kubeconfigs
import lab
import pytest
import roles
import topics

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("served")]

LINES = [
    "kubeconfig", "rights", "registry", "platforms", "secrets", "dapr", "topics",
    "injector", "quota",
]  # fmt: skip
# What is wrong, and the flags that make it so.
Wrong = tuple[AbstractContextManager[None], list[str]]


def doctor(*flags: str) -> dict[str, dict[str, Any]]:
    run = lab.todo_ci("doctor", "--env", "local", "--format", "json", *flags)
    checks = {check["name"]: check for check in json.loads(run.stdout)["checks"]}
    failed = any(check["status"] == "failed" for check in checks.values())
    assert run.exit_code == (1 if failed else 0)
    return checks


def test_a_healthy_cluster_passes_every_line() -> None:
    lines = doctor()
    assert list(lines) == LINES
    assert {line["status"] for line in lines.values()} == {"passed"}, lines


def no_command(folder: Path) -> Wrong:
    config = kubeconfigs.spoilt(folder, kubeconfigs.missing_command)
    return nullcontext(), ["--kubeconfig", config]


def expired(folder: Path) -> Wrong:
    return nullcontext(), ["--kubeconfig", kubeconfigs.spoilt(folder, kubeconfigs.old_token)]


def one_right_less(_: Path) -> Wrong:
    return roles.without(roles.Right("", "pods/log", "get")), []


def wrong_login(folder: Path) -> Wrong:
    password = faults.written(folder, "this-is-not-the-password")
    return nullcontext(), ["--registry-password", password]


def no_registry(_: Path) -> Wrong:
    return nullcontext(), ["--registry", "127.0.0.1:1/todo"]


def no_secret(_: Path) -> Wrong:
    return faults.without_secret("kafka-secrets"), []


def no_topic(_: Path) -> Wrong:
    """Take a topic away before a sidecar starts: it will read none at all."""
    backend = f"app.kubernetes.io/instance={lab.RELEASE},app.kubernetes.io/component=backend"

    def says_so() -> bool:
        logs = ("kubectl", "-n", lab.NAMESPACE, "logs", "-l", backend, "-c", "daprd")
        return "Error consuming [" in lab.admin(*logs, "--since=10s", "--tail=-1", check=False)

    @contextmanager
    def missing() -> Generator[None]:
        with topics.without("task-updates-dead-letter"):
            lab.admin("kubectl", "-n", lab.NAMESPACE, "delete", "pods", "--wait", "-l", backend)
            lab.until("the new sidecar says so", says_so, 90)
            yield
        lab.until("it says so no more", lambda: not says_so(), 90)

    return missing(), []


def no_injector(_: Path) -> Wrong:
    return injector.away(), []


def no_room(_: Path) -> Wrong:
    return faults.quota({"requests.cpu": "130m"}), []


@pytest.mark.parametrize(
    ("wrong", "line", "evidence", "fix"),
    [
        (no_command, "kubeconfig", "no-such-login-command", "infra/oke/kubeconfig.sh"),
        (expired, "kubeconfig", "expired", "infra/oke/kubeconfig.sh"),
        (one_right_less, "rights", "get pods/log", "pipeline-rbac.yaml"),
        (wrong_login, "registry", "does not accept the login", "--registry-password"),
        (no_registry, "registry", "127.0.0.1:1", "check the address"),
        (no_secret, "secrets", "kafka-secrets/brokers", "--kafka-brokers"),
        (no_topic, "topics", "task-updates-dead-letter", "infra/oke/kafka-topics.sh"),
        (no_injector, "injector", "sidecar-injector.dapr.io", "dapr-sidecar-injector"),
        (no_room, "quota", "too-small requests.cpu", "raise it"),
    ],
)
def test_what_is_wrong_fails_its_line_with_the_fix(
    wrong: Callable[[Path], Wrong], line: str, evidence: str, fix: str, tmp_path: Path
) -> None:
    during, flags = wrong(tmp_path)
    with during:
        found = doctor(*flags)
    assert found[line]["status"] == "failed", found
    assert evidence in found[line]["evidence"]
    assert fix in found[line]["next_step"]
    others = {n for n, check in found.items() if check["status"] == "failed"} - {line}
    assert others == set(), "one thing is wrong, and one line says so"


def test_afterwards_every_line_passes_again() -> None:
    assert {line["status"] for line in doctor().values()} == {"passed"}
