"""The commands in docs/ do what their text says, as they stand there."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import lab
import pytest

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]

_TESTED = re.compile(r"<!-- tested: (\w+) -->\n```sh\n(.*?)```", re.DOTALL)


def blocks(guide: str) -> Mapping[str, str]:
    """Return the tested blocks of a guide by their names."""
    return dict(_TESTED.findall((lab.ROOT / "docs" / guide).read_text()))


def run(script: str) -> str:
    """Run a block as a reader would, but end it where a command fails."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=lab.ROOT,
        env=lab.pipeline_environment() | {"KUBECONFIG": str(lab.STATE / "admin.kubeconfig")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_one_event_can_be_followed_through_all_logs() -> None:
    """T096, T097."""
    said = run(blocks("dapr-integration.md")["follow"])
    for message in ("task created", "events published", "event consumed"):
        (line,) = [line for line in said.splitlines() if f'"message": "{message}"' in line]
        assert '"trace_id"' in line
    assert "/v1.0/publish/bulk/kafka-pubsub/task-events" in said
    event = said.splitlines()[-1]
    assert re.fullmatch(r"[0-9a-f-]{36}", event)
    (record,) = [line for line in said.splitlines() if '"specversion":"1.0"' in line]
    assert f'"id":"{event}"' in record


def test_every_log_can_be_read() -> None:
    """T090, T093, T094, T095."""
    said = run(blocks("monitoring.md")["logs"])
    for container in ("backend/backend", "backend/daprd", "frontend/daprd"):
        assert re.search(rf"todo-app-{container.replace('/', '-[^/]*/')}\]", said), container
    assert re.search(r"pod/dapr-sidecar-injector", said)
    assert re.search(r"pod/dapr-operator", said)


def test_lines_can_be_searched_by_user_and_task() -> None:
    """T096."""
    said = run(blocks("monitoring.md")["search"])
    assert '"trace_id": "' in said
    assert '"task_id": ' in said
    assert '"user_id": "' in said


def test_the_metrics_of_app_and_sidecar_are_there() -> None:
    """T100."""
    said = run(blocks("monitoring.md")["metrics"])
    assert '"outbox"' in said
    assert "todo_outbox_pending " in said
    assert "dapr_component_pubsub_" in said


def test_one_call_each_tells_what_the_dashboard_showed() -> None:
    """T087, T088: sidecars, components and control plane, each with its health."""
    said = run(blocks("monitoring.md")["calls"])
    for row in ("sidecars", "components", "dapr", "injector", "gateway /api/health"):
        assert re.search(rf"^{row} +passed ", said, re.MULTILINE), row


def test_sidecars_tell_what_they_loaded() -> None:
    """T030, T032, T033."""
    said = run(blocks("monitoring.md")["sidecars"])
    for component in ("kafka-pubsub", "statestore", "kubernetes-secrets"):
        assert f'"name":"{component}"' in said
    assert "2/2" in said
    assert "healthy" in said


@pytest.mark.parametrize("guide", ["dapr-integration.md", "monitoring.md"])
def test_a_guide_has_blocks_to_test(guide: str) -> None:
    assert blocks(guide)


def test_a_command_that_fails_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no such thing"):
        run(f"cat {tmp_path}/missing 2>/dev/null || {{ echo no such thing; exit 1; }}; echo on")
