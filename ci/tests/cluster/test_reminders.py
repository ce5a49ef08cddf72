"""A reminder is one notice in time, also when what should have woken the app is lost before."""

from datetime import UTC, datetime, timedelta

import httpx
import lab
import processes
import pytest
from app import App, Object

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]

# One sweep, and a moment for pods that have just begun.
PATIENCE = 90


def remind(app: App, title: str, seconds: float) -> str:
    """Create a task with a reminder so many seconds from now and return its id."""
    task: str = app.create(title)["id"]
    app.change(task, remind_at=(datetime.now(UTC) + timedelta(seconds=seconds)).isoformat())
    return task


def notices(app: App) -> list[Object]:
    """List the newest notices; none while nobody serves."""
    try:
        answer = app.request("GET", "/notices")
    except httpx.HTTPError:
        return []
    return answer.json()["items"] if answer.is_success else []


def delete_pods(namespace: str, selector: str) -> None:
    lab.admin("kubectl", "-n", namespace, "delete", "pods", "--wait", "-l", selector)


def test_a_job_of_the_scheduler_brings_it(user: str) -> None:
    app = App(user)
    # The sweep may come between the moment and its job, but not each time.
    for number in range(1, 4):
        task = remind(app, "in five seconds", 5)
        lab.until(
            "the notice is there", lambda wanted=number: len(notices(app)) == wanted, PATIENCE
        )
        newest = notices(app)[0]
        assert (newest["task_id"], newest["title"]) == (task, "in five seconds")
        if newest["woken_by"] == "job":
            return
    pytest.fail("three times the sweep was first")


def test_it_survives_the_scheduler_with_its_memory_and_every_backend(user: str) -> None:
    app = App(user)
    before = {container.pod for container in processes.containers("backend", "backend")}
    task = remind(app, "in twenty seconds", 20)
    delete_pods("dapr-system", "app=dapr-scheduler-server")
    delete_pods(
        lab.NAMESPACE,
        f"app.kubernetes.io/instance={lab.RELEASE},app.kubernetes.io/component=backend",
    )
    lab.until("the notice is there", lambda: bool(notices(app)), PATIENCE)
    assert [notice["task_id"] for notice in notices(app)] == [task]
    assert not before & {c.pod for c in processes.containers("backend", "backend")}
