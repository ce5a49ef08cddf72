"""Ready means now and of this description, not what the API still says of yesterday."""

from datetime import UTC, datetime
from typing import Any

import pytest

from todo_lab.cluster import readiness

SINCE = datetime(2026, 1, 1, 12, 0, 0, 700_000, tzinfo=UTC).timestamp()


def pod(started: str | None = "2026-01-01T12:00:00Z", ready: str = "True") -> dict[str, Any]:
    running: dict[str, Any] = {"running": {"startedAt": started}} if started else {"waiting": {}}
    return {
        "metadata": {"name": "p", "namespace": "n"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"ready": ready == "True", "restartCount": 1, "state": running}],
        },
    }


def test_a_pod_started_in_the_same_second_is_fresh():
    assert readiness.is_fresh(pod(), SINCE)


@pytest.mark.parametrize(
    "stale",
    [
        pod(started="2026-01-01T11:59:59Z"),
        pod(started=None),
        pod(ready="False"),
        {"metadata": {}, "status": {}},
    ],
)
def test_a_pod_from_before_or_not_ready_is_not(stale: dict[str, Any]):
    assert not readiness.is_fresh(stale, SINCE)
