"""What can go wrong with a release that serves: each made for as long as a block lasts."""

import base64
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import injector
import lab
import processes

Trouble = Callable[[Path], AbstractContextManager[None]]
_BACKEND = "deployment/todo-app-backend"
_KUBECTL = ("kubectl", "-n", lab.NAMESPACE)
_GONE = f"10.255.0.1:5000/todo/todo-backend@sha256:{'0' * 64}"


def healthy(seconds: float = 120) -> None:
    """Wait until every pod is of the newest template and ready."""
    for name in ("backend", "frontend"):
        deployment = f"deployment/todo-app-{name}"
        lab.admin(*_KUBECTL, "rollout", "status", deployment, f"--timeout={seconds:.0f}s")


def patched(container: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Change the backend's container behind the pipeline's back."""
    containers = [{"name": "backend", **container}]
    patch = json.dumps({"spec": {"template": {"spec": {"containers": containers}}}})
    return _new_template("patch", _BACKEND, "--patch", patch)


def restarted() -> AbstractContextManager[None]:
    """Make new pods of the backend, and those of before again."""
    return _new_template("rollout", "restart", _BACKEND)


@contextmanager
def _new_template(*command: str) -> Generator[None]:
    lab.admin(*_KUBECTL, *command)
    try:
        yield
    finally:
        lab.admin(*_KUBECTL, "rollout", "undo", _BACKEND)
        healthy()


@contextmanager
def quota(hard: Mapping[str, str]) -> Generator[None]:
    """Leave the namespace no room."""
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "too-small", "namespace": lab.NAMESPACE},
        "spec": {"hard": dict(hard)},
    }
    lab.apply(json.dumps(body))
    try:
        yield
    finally:
        lab.admin(*_KUBECTL, "delete", "resourcequota/too-small")


@contextmanager
def part_stopped(name: str) -> Generator[None]:
    """Take a part of the lab away."""
    before = processes.stop_part(name)
    try:
        yield
    finally:
        processes.start_part(name, before)


@contextmanager
def scheduler_away() -> Generator[None]:
    """Let no scheduler of Dapr run."""
    scheduler = ("kubectl", "-n", "dapr-system", "scale", "statefulset/dapr-scheduler-server")
    lab.admin(*scheduler, "--replicas=0", "--timeout=60s")
    try:
        yield
    finally:
        lab.admin(*scheduler, "--replicas=1", "--timeout=60s")


@contextmanager
def secrets(*flags: str) -> Generator[None]:
    """Apply the cluster's Secrets with other values, and the right ones afterwards."""
    given = lab.todo_ci("secrets", "--env", "local", *flags)
    assert given.exit_code == 0, given.text
    try:
        yield
    finally:
        restored = lab.todo_ci("secrets", "--env", "local")
        assert restored.exit_code == 0, restored.text
        healthy()


@contextmanager
def stored(secret: str, key: str, value: str) -> Generator[None]:
    """Change a Secret behind the pipeline's back, which would put a value back that fails."""
    field = f"jsonpath={{.data.{key}}}"
    before = lab.admin(*_KUBECTL, "get", f"secret/{secret}", "-o", field)

    def put(data: str) -> None:
        patch = json.dumps({"data": {key: data}})
        lab.admin(*_KUBECTL, "patch", f"secret/{secret}", "--patch", patch)

    put(base64.b64encode(value.encode()).decode())
    try:
        yield
    finally:
        put(before)


@contextmanager
def without_secret(name: str) -> Generator[None]:
    """Delete a Secret, and let the pipeline make it again."""
    lab.admin(*_KUBECTL, "delete", f"secret/{name}")
    try:
        yield
    finally:
        restored = lab.todo_ci("secrets", "--env", "local")
        assert restored.exit_code == 0, restored.text


@contextmanager
def both(
    first: AbstractContextManager[None], second: AbstractContextManager[None]
) -> Generator[None]:
    """Make one trouble inside another."""
    with first, second:
        yield


def written(folder: Path, text: str) -> str:
    """Return a reference to a file with that text."""
    path = folder / "value"
    path.touch(mode=0o600)
    path.write_text(text)
    return f"file:{path}"


def wrong_kafka_password(folder: Path) -> AbstractContextManager[None]:
    """Give Kafka's sidecars a password it does not know."""
    return secrets("--kafka-password", written(folder, "this-is-not-the-password"))


def wrong_database_password(_: Path) -> AbstractContextManager[None]:
    """Give the app a password that PostgreSQL does not know."""
    url = (lab.STATE / "database-url").read_text().strip()
    scheme, rest = url.split("://", 1)
    user = rest.partition(":")[0]
    place = rest.rpartition("@")[2]
    wrong = f"{scheme}://{user}:this-is-not-the-password@{place}"
    return both(stored("app-secrets", "database-url", wrong), restarted())


def refused_login(folder: Path) -> AbstractContextManager[None]:
    """Give the kubelet a login that the registry does not take, and an image it has not yet."""
    # By another name the node has to ask for it, though its layers are there.
    image = sorted(i for i in lab.running_images() if "todo-backend@" in i)[0]
    other = image.replace("todo-backend@", "todo-frontend@")
    login = ("--registry-password", written(folder, "this-is-not-the-password"))
    return both(secrets(*login), patched({"image": other}))


TROUBLES: dict[str, Trouble] = {
    "image gone": lambda _: patched({"image": _GONE}),
    "login refused": refused_login,
    "Secret missing": lambda _: both(without_secret("app-secrets"), restarted()),
    "setting wrong": lambda _: patched({"env": [{"name": "TODO_LOG_LEVEL", "value": "loud"}]}),
    "database away": lambda _: part_stopped("postgres"),
    "database refuses": wrong_database_password,
    "component missing": wrong_kafka_password,
    "sidecar missing": lambda _: both(injector.passing_over_new_templates(), restarted()),
    "injector away": lambda _: both(injector.away(), restarted()),
    "scheduler away": lambda _: both(scheduler_away(), restarted()),
    "probe fails": lambda _: patched({"readinessProbe": {"httpGet": {"path": "/nowhere"}}}),
    "quota full": lambda _: both(quota({"pods": "2"}), restarted()),
    "node full": lambda _: patched(
        {"resources": {"requests": {"cpu": "100"}, "limits": {"cpu": "100"}}}
    ),
    "memory too small": lambda _: patched(
        {"resources": {"requests": {"memory": "24Mi"}, "limits": {"memory": "24Mi"}}}
    ),
    "app ends": lambda _: patched({"command": ["sh", "-c", "echo 'out of ideas' >&2; exit 3"]}),
}
