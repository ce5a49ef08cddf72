"""With Kafka away the app serves, even from new pods; when Kafka is back nothing is missing."""

import httpx
import lab
import processes
import pytest
import topics
from app import App, pending

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]


def serves(app: App) -> bool:
    """Tell whether the app answers; a gateway that has no backend yet says 502 or 503."""
    try:
        return app.request("GET", "/tasks").is_success
    except httpx.HTTPError:
        return False


def test_new_pods_serve_without_kafka_and_publish_when_it_is_back(user: str) -> None:
    app = App(user)
    kafka = processes.stop_part("kafka")
    try:
        before = {c.pod for c in processes.containers("backend", "backend")}
        lab.admin(
            "kubectl", "-n", lab.NAMESPACE, "delete", "pods", "--wait", "-l",
            f"app.kubernetes.io/instance={lab.RELEASE},app.kubernetes.io/component=backend",
        )  # fmt: skip
        lab.until("the app serves from new pods", lambda: serves(app), 90)
        assert not before & {c.pod for c in processes.containers("backend", "backend")}
        written = [app.create(f"while Kafka is away {number}")["id"] for number in range(20)]
        # What health tells may be two seconds old.
        lab.until("the outbox has all", lambda: pending() >= len(written), 10)
    finally:
        processes.start_part("kafka", kafka)
    # The relay asks a sidecar that started without Kafka to start again, with growing pauses.
    lab.until("the outbox is empty", lambda: pending() == 0, 180)
    lab.until("activity shows all", lambda: len(app.activity()) >= len(written), 60)
    assert [record.event["subject"] for record in topics.read(user)] == written
    assert sorted(entry["task_id"] for entry in app.activity()) == sorted(written)
    # The other replica's sidecar waits for its turn.
    lab.until("every sidecar has its components again", verifies, 180)


def verifies() -> bool:
    """Tell whether verify passes, which asks every sidecar for its components."""
    return lab.todo_ci("verify", "--env", "local").exit_code == 0
