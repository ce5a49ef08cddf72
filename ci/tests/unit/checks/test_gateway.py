"""The promise: the app answers through the gateway as a user would see it, after a bounded wait."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fake_objects import ok, probe_answer
from msgspec.structs import replace

from todo_ci.checks.gateway import gateway
from todo_ci.core.ports import Result
from todo_ci.project import current
from todo_ci.project.model import Gateway
from todo_ci.reports.report import CheckStatus
from todo_ci.scripts import http_probe

Object = dict[str, Any]


def judged(health: Object, page: Object) -> list[str]:
    checks = gateway(ok(json.dumps([health, page])), "http://app.test")
    return [check.status.value for check in checks]


def test_health_and_front_page_pass_with_the_number_of_tries() -> None:
    answers = [{**probe_answer("/api/health"), "tries": 3}, probe_answer("/")]
    health, page = gateway(ok(json.dumps(answers)), "http://app.test")
    assert (health.status, page.status) == (CheckStatus.PASSED, CheckStatus.PASSED)
    assert "3 tries" in health.evidence
    assert "commit abc" in health.evidence


@pytest.mark.parametrize(
    "change",
    [
        {"status": 503}, {"status": 0, "error": "refused"}, {"body": "<html>"}, {"body": "[]"},
        {"body": '{"status": "degraded"}'},
    ],
)  # fmt: skip
def test_an_unhealthy_answer_fails(change: Object) -> None:
    assert judged({**probe_answer("/api/health"), **change}, probe_answer("/"))[0] == "failed"


@pytest.mark.parametrize("change", [{"status": 404}, {"content_type": "application/json"}])
def test_a_front_page_that_is_no_page_fails(change: Object) -> None:
    assert judged(probe_answer("/api/health"), {**probe_answer("/"), **change})[1] == "failed"


def test_an_answer_without_a_body_fails_too() -> None:
    nothing = {"status": 404, "body": "", "error": ""}
    assert judged({**probe_answer("/api/health"), **nothing}, {**probe_answer("/"), **nothing}) == [
        "failed", "failed",
    ]  # fmt: skip


@pytest.mark.usefixtures("guestbook")
def test_another_app_is_asked_for_its_own_paths() -> None:
    current.use(replace(current.project(), gateway=Gateway(paths={"/up": "ok", "/": "page"})))
    answers = [
        {**probe_answer("/up"), "content_type": "text/plain", "body": "yes"}, probe_answer("/"),
    ]  # fmt: skip
    up, page = gateway(ok(json.dumps(answers)), "http://guests.test")
    assert (up.name, up.status, up.evidence) == (
        "gateway /up",
        CheckStatus.PASSED,
        "200 after 1 try",
    )
    assert page.evidence.endswith(", HTML")
    gone = [{**answers[0], "status": 500, "body": "no"}, answers[1]]
    up, page = gateway(ok(json.dumps(gone)), "http://guests.test")
    assert (up.status, page.status) == (CheckStatus.FAILED, CheckStatus.PASSED)


def test_a_probe_that_could_not_run_fails_both() -> None:
    checks = gateway(Result(2, "", "no such option", 0), "http://app.test")
    assert [check.status for check in checks] == [CheckStatus.FAILED, CheckStatus.FAILED]


class Slow(BaseHTTPRequestHandler):
    """A server that is not ready for the first two requests."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        ready = type(self).asked > 2
        self.send_response(200 if ready else 503)
        self.send_header("content-type", "text/plain")
        self.end_headers()
        self.wfile.write(b"ready" if ready else b"not yet")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def slow() -> Generator[str]:
    Slow.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_probe_waits_for_readiness_and_counts(slow: str) -> None:
    answer = http_probe.poll(slow, "/x", tries=5, pause=0)
    assert (answer["status"], answer["tries"], answer["body"]) == (200, 3, "ready")


def test_a_probe_asks_again_while_the_health_report_says_degraded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies = iter(['{"status": "degraded"}', "[1]", '{"status": "ok"}'])

    def ask(_url: str, timeout: float) -> dict[str, Any]:
        return {"status": 200, "content_type": "application/json", "body": next(bodies)}

    monkeypatch.setattr(http_probe, "ask", ask)
    assert http_probe.poll("http://app.test", "/api/health", tries=5, pause=0)["tries"] == 2
    assert http_probe.poll("http://app.test", "/api/health", tries=1, pause=0)["tries"] == 1


def test_a_probe_gives_up(slow: str) -> None:
    answer = http_probe.poll(slow, "/x", tries=2, pause=0)
    assert (answer["status"], answer["tries"], answer["body"]) == (503, 2, "not yet")


def test_a_probe_of_nothing_says_why() -> None:
    answer = http_probe.poll("http://127.0.0.1:1", "/", tries=1, pause=0)
    assert answer["status"] == 0
    assert "refused" in answer["error"]


def test_a_probe_reads_no_files() -> None:
    with pytest.raises(SystemExit):
        http_probe.main(["--url", "file:///etc/passwd", "/"])
