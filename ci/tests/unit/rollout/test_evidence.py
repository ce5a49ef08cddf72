"""The promise: a report names the failing pod with events and last lines, and stays readable."""

import json
from typing import Any

from fake_objects import evidence as written

from todo_ci.rollout import evidence


def pods(count: int, lines: int = 1) -> bytes:
    def pod(number: int) -> dict[str, Any]:
        return {
            "pod": f"pod-{number}", "container": "backend", "reason": "not ready",
            "events": [f"event {line}" for line in range(lines)],
            "log": "\n".join(f"line {line}" for line in range(lines)), "previous_log": "",
        }  # fmt: skip

    content = {"reason": "helm gave up", "pods": [pod(n) for n in range(count)]}
    return json.dumps(content).encode()


def test_pod_reason_events_and_last_lines_are_shown() -> None:
    text = evidence.render(written())
    for part in ("todo-app-backend-7-x", "CrashLoopBackOff", "Warning BackOff", "boom: on purpose"):
        assert part in text
    assert evidence.reason(written()) == "todo-app-backend-7-x backend: CrashLoopBackOff"


def test_where_helm_gave_up_by_itself_the_suspects_are_the_reason() -> None:
    assert evidence.reason(pods(2)) == "pod-0 not ready; pod-1 not ready"
    assert evidence.reason(pods(0)) == "helm gave up"


def test_much_evidence_is_cut_to_the_latest() -> None:
    text = evidence.render(pods(20, lines=500))
    assert "pod-19" not in text
    assert "line 499" in text
    assert "line 400" not in text
    assert len(text.splitlines()) < 150


def test_no_evidence_is_no_text() -> None:
    assert evidence.render(None) == ""
    assert evidence.reason(None) == ""
