"""A part is well only when all of it is."""

from typing import Any

from todo_lab.commands import status


def pod(ready: str = "True") -> dict[str, Any]:
    return {
        "metadata": {"name": "p", "namespace": "n"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"ready": ready == "True", "restartCount": 1}],
        },
    }


def test_the_table_names_what_is_down_and_what_to_do():
    lines = [status.Line("etcd", True, "pid 1"), status.Line("kubelet", False, "not running")]
    assert status.table(lines).splitlines() == [
        "ok    etcd     pid 1",
        "DOWN  kubelet  not running",
        "next: ./do lab up, or ./do lab logs NAME",
    ]
    assert "next" not in status.table(lines[:1])


def test_a_pod_that_has_done_its_work_is_well():
    done = pod(ready="False")
    assert not status.pod_line(done).well
    done["status"]["phase"] = "Succeeded"
    assert status.pod_line(done).well


def test_a_pod_whose_sidecar_is_away_is_not_well():
    both = pod()
    both["spec"] = {"initContainers": [{"name": "daprd", "restartPolicy": "Always"}, {"name": "i"}]}
    both["status"]["initContainerStatuses"] = [
        {"name": "daprd", "ready": True, "restartCount": 0},
        {"name": "i", "ready": False, "restartCount": 0},  # not a sidecar: it is over
    ]
    assert "2/2" in status.pod_line(both).detail
    assert status.pod_line(both).well
    both["status"]["initContainerStatuses"][0]["ready"] = False
    assert "1/2" in status.pod_line(both).detail
    assert not status.pod_line(both).well
