"""What asks the sidecars inside a step, against a kubectl that is a small script."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from todo_ci.scripts import daprd_log, source

KUBECTL = r"""#!/bin/sh
echo "$*" >>"$ROOM/argv"
case "$*" in
*' get pods '*) cat "$ROOM/pods.json" ;;
*' get --raw '*:3501/proxy/v1.0/healthz)
    test "$(grep -c healthz "$ROOM/argv")" -ge "${READY_AT:-1}" ||
        { echo not ready >&2; exit 1; } ;;
*' get --raw '*:3501/proxy/v1.0/metadata) cat "$ROOM/metadata.json" ;;
*' logs '*--tail*) cat "$ROOM/tail" ;;
*' logs '*) cat "$ROOM/head" ;;
esac
"""


def pod(name: str, *, owner: str = "ReplicaSet", sidecar: bool = True, **meta: Any) -> Any:
    return {
        "metadata": {"name": name, "ownerReferences": [{"kind": owner}], **meta},
        "spec": {
            "containers": [{"name": "app"}],
            "initContainers": [{"name": "daprd"}] if sidecar else [],
        },
    }


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    (tmp_path / "scripts").mkdir()
    for name in ("sidecar_metadata.py", "daprd_log.py", "kubectl.py"):
        (tmp_path / "scripts" / name).write_text(source(name))
    (tmp_path / "pods.json").write_text(json.dumps({"items": [pod("a")]}))
    (tmp_path / "metadata.json").write_text('{"id": "todo-backend"}')
    (tmp_path / "head").write_text('{"level": "error", "msg": "no broker"}\n')
    (tmp_path / "tail").write_text('{"level": "info", "msg": "App entered healthy status"}\n')
    return tmp_path


def ask(room: Path, *argv: str, **environment: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.sidecar_metadata", "--namespace", "todo",
         "--selector", "a=b", "--pause", "0", *argv],
        cwd=room, capture_output=True, text=True, check=True,
        env={"PATH": f"{room}:{os.environ['PATH']}", "ROOM": str(room), **environment},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_a_sidecar_is_asked_through_the_proxy_to_its_pod(room: Path) -> None:
    (answer,) = ask(room)
    assert answer["metadata"] == {"id": "todo-backend"}
    assert answer["complaints"] == ["no broker"]
    assert (answer["not_ready"], answer["app_unhealthy"], answer["error"]) == ("", "", "")
    asked = (room / "argv").read_text()
    assert "get --raw /api/v1/namespaces/todo/pods/a:3501/proxy/v1.0/metadata" in asked


def test_a_sidecar_gets_a_moment_and_no_more(room: Path) -> None:
    assert ask(room, "--tries", "5", READY_AT="3")[0]["tries"] == 3
    (room / "argv").unlink()
    (late,) = ask(room, "--tries", "2", READY_AT="9")
    assert (late["tries"], late["not_ready"]) == (2, "not ready")


def test_only_pods_of_the_app_that_have_a_sidecar_are_asked(room: Path) -> None:
    others = [
        pod("b", sidecar=False), pod("c", owner="Job"), pod("d", deletionTimestamp="now"),
        {"metadata": {"name": "test"}, "spec": {"containers": [{"name": "daprd"}]}},
    ]  # fmt: skip
    (room / "pods.json").write_text(json.dumps({"items": [pod("a"), *others]}))
    assert [answer["pod"] for answer in ask(room)] == ["a"]


def test_what_is_no_metadata_is_an_answer_without(room: Path) -> None:
    (room / "metadata.json").write_text("<html>")
    assert ask(room)[0]["metadata"] == {}


def test_a_log_is_read_as_json_and_as_text() -> None:
    log = (
        'time="2026-03-01T12:00:00Z" level=warning msg="say \\"hello\\"" app_id=a\n'
        '{"level": "info", "msg": "fine"}\n{"level": "error", "msg": "bad"}\n'
        '{"level": "error", "msg": "bad"}\n{"broken\nno line of its own\n'
    )
    assert daprd_log.complaints(log) == ['say "hello"', "bad"]
    assert daprd_log.reason(log) == "bad"
    assert daprd_log.reason("") == ""


def test_the_last_word_on_the_apps_health_counts() -> None:
    up = '{"level": "info", "msg": "App entered healthy status"}\n'
    down = '{"level": "warning", "msg": "App entered un-healthy status: 3 times"}\n'
    assert daprd_log.app_is_unhealthy(up + down) == "App entered un-healthy status: 3 times"
    assert daprd_log.app_is_unhealthy(down + up) == ""
    assert daprd_log.app_is_unhealthy("") == ""


def test_a_topic_that_is_missing_is_told_from_a_broker_that_is_away() -> None:
    topics, away = "Error consuming [a a-dead-letter]. Retrying...: ", "run out of brokers"
    missing = f"{topics}kafka server: Request was for a topic that does not exist on this broker"

    def log(*said: str) -> str:
        return "".join(json.dumps({"level": "error", "msg": text}) + "\n" for text in said)

    assert daprd_log.missing_topic(log(topics + away, missing)) == (
        "one of these topics does not exist: a, a-dead-letter"
    )
    assert daprd_log.missing_topic(log(topics + away)) == ""
    assert daprd_log.missing_topic("") == ""


def test_only_what_was_said_lately_counts(room: Path) -> None:
    (room / "metadata.json").write_text('{"subscriptions": [{"topic": "a"}]}')
    (answer,) = ask(room)
    assert answer["missing_topic"] == ""
    assert "logs a --container daprd --since=10s" in (room / "argv").read_text()


def test_a_sidecar_that_reads_no_topic_is_not_asked_for_one(room: Path) -> None:
    assert ask(room)[0]["missing_topic"] == ""
    assert "--since" not in (room / "argv").read_text()
