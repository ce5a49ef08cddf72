"""A person's way through the release in a real browser, and what the logs tell of it."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import lab
import pytest
from app_users import GATEWAY

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]

Line = dict[str, object]
REQUEST = re.compile(r"request of the first message: (\w+)")
WAY = {"tool called", "reply given", "event consumed"}


def browse(name: str, **environment: str) -> str:
    """Run the browser tests of one file on the release and return what they said."""
    done = subprocess.run(
        [lab.ROOT / "infra/scripts/browser.sh", name],
        env={**os.environ, "BASE_URL": GATEWAY, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def backend_lines() -> list[Line]:
    """Read what the backends of the release have logged, whichever of them it was."""
    text = lab.admin(
        "kubectl", "-n", lab.NAMESPACE, "logs", "--tail=-1", "-c", "backend",
        "-l", f"app.kubernetes.io/instance={lab.RELEASE},app.kubernetes.io/component=backend",
    )  # fmt: skip
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def trace_of(request: str, lines: Iterable[Line]) -> object:
    """Return the one trace that a request belongs to."""
    (trace,) = {line["trace_id"] for line in lines if line.get("request_id") == request}
    return trace


def test_one_trace_leads_from_what_a_person_says_in_the_browser_through_the_logs() -> None:
    """T109."""
    said = REQUEST.search(browse("journey"))
    assert said, "the browser tests name no request"
    trace = trace_of(said[1], backend_lines())

    def of_the_trace() -> list[Line]:
        return [line for line in backend_lines() if line.get("trace_id") == trace]

    lab.until("the way is told", lambda: {line["message"] for line in of_the_trace()} >= WAY, 30)
    told = {line["message"]: line for line in of_the_trace()}
    print(json.dumps(list(told.values()), indent=1))
    assert told["tool called"]["task_id"] == told["event consumed"]["task_id"]
    assert told["reply given"]["user_id"] == told["event consumed"]["user_id"]


def test_without_sidecars_a_person_loses_nothing() -> None:
    command = shlex.join([sys.executable, str(Path(__file__).with_name("sidecars.py"))])
    said = browse(
        "sidecars",
        TODO_E2E_SIDECARS_DOWN=f"{command} down",
        TODO_E2E_SIDECARS_UP=f"{command} up",
    )
    assert re.search(r"^ +1 passed", said, re.MULTILINE), "skipped"


def test_a_browser_test_that_does_not_exist_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="No tests found"):
        browse("no-such-file")
