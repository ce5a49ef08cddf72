"""What doctor runs inside a step, against a real HTTP server and a small script as kubectl."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fake_steps import lay_out

from todo_ci.preflight import access
from todo_ci.scripts import registry
from todo_ci.scripts.access import review_access

LOGIN = base64.b64encode(b"todo:canary").decode()
DIGEST = f"sha256:{'a' * 64}"
INDEX = {
    "manifests": [
        {"platform": {"os": "unknown", "architecture": "unknown"}, "digest": "sha256:proof"},
        {"platform": {"os": "linux", "architecture": "arm64"}, "digest": "sha256:one"},
        {"platform": {"os": "linux", "architecture": "amd64"}, "digest": "sha256:two"},
    ]
}


class Handler(BaseHTTPRequestHandler):
    """A registry that asks for a login: itself, or by a token service; blobs are kept elsewhere."""

    bearer = False
    seen: list[tuple[str, str]]

    def do_GET(self) -> None:
        authorization = self.headers.get("Authorization", "")
        self.seen.append((self.path, authorization))
        host = self.headers["Host"]
        if self.path.startswith("/token"):
            self._send(200 if authorization == f"Basic {LOGIN}" else 401, {"token": "t-1"})
        elif self.path == "/elsewhere":
            labels = {"todo.schema.head": "0007"}
            kind = {"os": "linux", "architecture": "amd64"}
            self._send(200, {**kind, "config": {"Labels": labels}})
        elif authorization not in (f"Basic {LOGIN}", "Bearer t-1"):
            token = f'Bearer realm="http://{host}/token",service="a",scope="b"'
            self._send(401, {}, **{"WWW-Authenticate": token if self.bearer else 'Basic realm="a"'})
        elif self.path.endswith((f"/one/manifests/{DIGEST}", "/many/manifests/sha256:one")):
            self._send(200, {"config": {"digest": DIGEST}})
        elif self.path.endswith(f"/blobs/{DIGEST}"):
            self._send(307, {}, Location=f"http://{host}/elsewhere")
        elif self.path.startswith("/v2/todo/many/manifests"):
            self._send(200, INDEX)
        else:
            self._send(200 if self.path == "/v2/" else 404, {})

    def _send(self, status: int, body: Any, **headers: str) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(params=[False, True], ids=["basic", "bearer"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    seen: list[tuple[str, str]] = []
    handler = type("Told", (Handler,), {"bearer": request.param, "seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{served.server_port}", seen
        served.shutdown()


def ask(host: str, folder: Path, password: str, *images: str) -> tuple[Any, str]:
    (folder / "password").write_text(f"{password}\n")
    order = {"host": host, "username": "todo", "plain_http": True, "images": list(images)}
    done = subprocess.run(
        [sys.executable, registry.__file__], input=json.dumps(order),
        capture_output=True, text=True, check=True,
        env={**os.environ, "REGISTRY_PASSWORD_FILE": str(folder / "password")},
    )  # fmt: skip
    return json.loads(done.stdout), done.stdout + done.stderr


def test_a_login_is_proved_and_platforms_and_labels_of_indexes_and_images_are_read(
    server: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    host, seen = server
    many, one = (f"{host}/todo/{name}@{DIGEST}" for name in ("many", "one"))
    answer, printed = ask(host, tmp_path, "canary", many, one)
    assert answer["status"] == 200
    assert answer["images"][many]["platforms"] == ["linux/amd64", "linux/arm64"]
    assert answer["images"][many]["manifests"] == {
        "linux/amd64": "sha256:two",
        "linux/arm64": "sha256:one",
    }
    assert answer["images"][one]["platforms"] == ["linux/amd64"]
    labels = [said["labels"] for said in answer["images"].values()]
    assert labels == [{"todo.schema.head": "0007"}] * 2
    assert "canary" not in printed
    assert LOGIN not in printed
    assert [proof for path, proof in seen if path == "/elsewhere"] == ["", ""]


class Page(BaseHTTPRequestHandler):
    """A web site: whatever is asked for, it has a page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<html></html>")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def test_a_web_page_is_no_answer_of_a_registry(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{served.server_port}"
        answer, _ = ask(host, tmp_path, "canary", image := f"{host}/todo/one@{DIGEST}")
        served.shutdown()
    for said in (answer, answer["images"][image]):
        assert said["status"] == 0
        assert said["error"] == f"{host} answers text/html, as no registry does"


def test_a_wrong_password_and_an_image_that_is_gone_are_told(
    server: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    host, _ = server
    assert ask(host, tmp_path, "wrong")[0]["status"] == 401
    gone = f"{host}/todo/gone@{DIGEST}"
    assert ask(host, tmp_path, "canary", gone)[0]["images"][gone]["status"] == 404


def test_the_login_goes_to_no_other_registry(
    server: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    host, seen = server
    other = f"{host}/todo/many@{DIGEST}"
    answer, _ = ask("127.0.0.1:1", tmp_path, "canary", other)
    assert answer["status"] == 0
    assert answer["images"][other]["status"] == 401
    assert not any(LOGIN in proof for _, proof in seen)


KUBECTL = """#!/bin/sh
case "$*" in
*--dry-run=client*) cat "$ROOM/role.json" ;;
*) cat >"$ROOM/asked.json"; test -z "$BROKEN" || { echo forbidden >&2; exit 1; }
   cat "$ROOM/answers.json" ;;
esac
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    lay_out(tmp_path, access.rights().files)
    rule = {"apiGroups": [""], "resources": ["secrets", "pods/log"], "verbs": ["get"]}
    made = [{"kind": "Namespace"}, {"kind": "Role", "rules": [rule]}]
    (tmp_path / "role.json").write_text("\n".join(map(json.dumps, made)))
    kind = {"kind": "SelfSubjectAccessReview"}
    answers = [{**kind, "status": {"allowed": True}}, {**kind, "status": {"allowed": False}}]
    (tmp_path / "answers.json").write_text("\n".join(map(json.dumps, answers)))
    return tmp_path


def asked(room: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "scripts.access.review_access", "--namespace", "todo",
         "--role", "role.yaml"],
        cwd=room, capture_output=True, text=True, check=False,
        env={"PATH": f"{room}:{os.environ['PATH']}", "ROOM": str(room), **environment},
    )  # fmt: skip


def test_each_verb_on_each_resource_of_the_role_is_asked_for(room: Path) -> None:
    answers = json.loads(asked(room).stdout)
    assert [(a["verb"], a["resource"], a["allowed"]) for a in answers] == [
        ("get", "secrets", True),
        ("get", "pods/log", False),
    ]
    (_, log) = json.loads((room / "asked.json").read_text())["items"]
    wanted = log["spec"]["resourceAttributes"]
    assert (wanted["resource"], wanted["subresource"]) == ("pods", "log")
    assert wanted["namespace"] == "todo"


def test_a_cluster_that_refuses_the_question_is_told(room: Path) -> None:
    done = asked(room, BROKEN="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "forbidden" in done.stderr


def test_without_a_role_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert review_access.main(["--namespace", "guests"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_lists_among_what_kubectl_prints_are_read_too() -> None:
    text = '{"kind": "List", "items": [{"kind": "Role"}]}\n{"kind": "Namespace"}\n'
    assert [item["kind"] for item in review_access.documents(text)] == ["Role", "Namespace"]
