"""The promise: "passed" means the asked digests run, stay up, and answer through the gateway."""

import copy
import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import SERVER_TIME, images, ok, probe_answer, workload

from todo_ci import pods, verify
from todo_ci.errors import InputError
from todo_ci.history import History
from todo_ci.inside import probe
from todo_ci.ports import Result
from todo_ci.recovery import Revision
from todo_ci.report import Check, Verdict

Object = dict[str, Any]
FIXTURES = Path(__file__).parent / "fixtures"
DEPLOYED = Revision(4, "deployed", created=SERVER_TIME)
PAST = History((DEPLOYED,))


def items(number: int = 1) -> list[Object]:
    refs = images(number)
    return [*workload("backend", refs.backend), *workload("frontend", refs.frontend)]


def changed(kind: str, change: str, value: Any) -> list[Object]:
    """Change one field of the backend's object of a kind; the path is separated by dots."""
    made = items()
    target: Any = next(i for i in made if i["kind"] == kind)
    *path, last = change.split(".")
    for step in path:
        target = target[int(step) if step.isdigit() else step]
    target[last] = value
    return made


def release(**changes: Any) -> Check:
    given: dict[str, Any] = {
        "past": PAST, "revision": 4, "wanted": images(), "given": images(), "items": items(),
    }  # fmt: skip
    return verify.release(**{**given, **changes})


def test_the_release_that_was_asked_for_passes() -> None:
    check = release()
    assert check.verdict is Verdict.PASSED
    assert "revision 4" in check.evidence


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"past": History(())}, "nothing is released"),
        ({"past": History((Revision(4, "failed"),))}, "revision 4 is failed"),
        ({"revision": 5}, "revision 4 is deployed, not 5"),
        ({"wanted": None, "given": None}, "not given by digest"),
        ({"given": images(2)}, "revision 4 was given"),
        ({"items": items(2)}, "todo-app-backend-1-a runs registry.test"),
        ({"items": []}, "no pod of the backend runs"),
        ({"items": changed("Pod", "status.containerStatuses.0.imageID", "")}, "has not started"),
    ],
)
def test_another_release_fails_by_name(changes: Object, reason: str) -> None:
    check = release(**changes)
    assert check.verdict is Verdict.FAILED
    assert reason in check.evidence
    assert check.next_step


def test_pods_of_an_old_template_or_on_their_way_out_do_not_count() -> None:
    old = copy.deepcopy(items(2))
    for item in old:
        if item["kind"] == "Pod":
            item["metadata"]["deletionTimestamp"] = SERVER_TIME
    assert release(items=[*items(), *old]).verdict is Verdict.PASSED


def test_deployments_that_stand_pass() -> None:
    assert verify.deployments(items(), DEPLOYED).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("change", "value", "reason"),
    [
        ("status.observedGeneration", 0, "its change has not been looked at"),
        ("status.updatedReplicas", 0, "0 of 1 pods are of the new template"),
        ("status.availableReplicas", 0, "0 of 1 pods are available"),
        ("status.replicas", 2, "1 old pods still run"),
    ],
)
def test_a_deployment_that_is_not_done_fails(change: str, value: int, reason: str) -> None:
    check = verify.deployments(changed("Deployment", change, value), DEPLOYED)
    assert check.verdict is Verdict.FAILED
    assert f"backend: {reason}" in check.evidence


def test_no_deployment_at_all_fails() -> None:
    assert verify.deployments([], DEPLOYED).verdict is Verdict.FAILED


def restarted(at: str, name: str = "backend") -> list[Object]:
    made = changed("Pod", "status.containerStatuses.0.restartCount", 2)
    pod = next(i for i in made if i["kind"] == "Pod")
    pod["spec"]["containers"][0]["name"] = name
    pod["status"]["containerStatuses"][0]["name"] = name
    pod["status"]["containerStatuses"][0]["state"] = {"running": {"startedAt": at}} if at else {}
    return made


def test_a_restart_since_the_release_fails_and_an_older_one_does_not() -> None:
    check = verify.deployments(restarted("2026-03-01T12:00:05Z"), DEPLOYED)
    assert check.verdict is Verdict.FAILED
    assert "restarted, 2 times" in check.evidence
    older = verify.deployments(restarted("2026-03-01T11:59:00Z"), DEPLOYED)
    assert older.verdict is Verdict.PASSED
    between = verify.deployments(restarted(""), DEPLOYED)
    assert between.verdict is Verdict.FAILED


def test_a_sidecar_may_restart() -> None:
    check = verify.deployments(restarted("2026-03-01T12:00:05Z", name="daprd"), DEPLOYED)
    assert check.verdict is Verdict.PASSED


def test_real_objects_are_judged() -> None:
    steady = json.loads((FIXTURES / "steady.json").read_text())["items"]
    assert [c.problem for c in pods.components(steady)] == ["", ""]
    assert {c.component for c in pods.containers(steady)} == {"backend", "frontend"}
    crash = json.loads((FIXTURES / "crash.json").read_text())["items"]
    assert any(c.problem for c in pods.components(crash))


def judged(health: Object, page: Object) -> list[str]:
    checks = verify.gateway(ok(json.dumps([health, page])), "http://app.test")
    return [check.verdict.value for check in checks]


def test_health_and_front_page_pass_with_the_number_of_tries() -> None:
    answers = [{**probe_answer("/api/health"), "tries": 3}, probe_answer("/")]
    health, page = verify.gateway(ok(json.dumps(answers)), "http://app.test")
    assert (health.verdict, page.verdict) == (Verdict.PASSED, Verdict.PASSED)
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


def test_a_probe_that_could_not_run_fails_both() -> None:
    checks = verify.gateway(Result(2, "", "no such option", 0), "http://app.test")
    assert [check.verdict for check in checks] == [Verdict.FAILED, Verdict.FAILED]


@pytest.mark.anyio
async def test_the_images_of_the_releases_values_are_expected_where_none_are_given() -> None:
    cluster = FakeCluster().seed("r1-passed")
    report = await verify.verify(
        cluster.pipeline(), url="http://app.test", images=None, revision=None
    )
    assert report.passed
    assert [check.name for check in report.checks] == [
        "release", "deployments", "gateway /api/health", "gateway /",
    ]  # fmt: skip
    other = await verify.verify(
        cluster.pipeline(), url="http://app.test", images=images(8), revision=None
    )
    assert not other.passed


@pytest.mark.anyio
@pytest.mark.parametrize("url", ["", "app.test", "ftp://app.test"])
async def test_what_is_no_address_is_refused(url: str) -> None:
    cluster = FakeCluster().seed("r1-passed")
    with pytest.raises(InputError, match="address"):
        await verify.verify(cluster.pipeline(), url=url, images=None, revision=None)
    assert cluster.ran == []


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
    answer = probe.poll(slow, "/x", tries=5, pause=0)
    assert (answer["status"], answer["tries"], answer["body"]) == (200, 3, "ready")


def test_a_probe_gives_up(slow: str) -> None:
    answer = probe.poll(slow, "/x", tries=2, pause=0)
    assert (answer["status"], answer["tries"], answer["body"]) == (503, 2, "not yet")


def test_a_probe_of_nothing_says_why() -> None:
    answer = probe.poll("http://127.0.0.1:1", "/", tries=1, pause=0)
    assert answer["status"] == 0
    assert "refused" in answer["error"]


def test_a_probe_reads_no_files() -> None:
    with pytest.raises(SystemExit):
        probe.main(["--url", "file:///etc/passwd", "/"])
