"""The promise: a request that is lost while a release changes is seen, and said when and why.

Against a real HTTP server; ``kubectl`` is a small script that stands first on PATH.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from fake_steps import lay_out

from http_servers import serving
from todo_ci.environments import target
from todo_ci.rollout import load
from todo_ci.scripts.load import Load, is_over

KUBECTL = '#!/bin/sh\ncat "$ROOM/lease.json"\n'
BEFORE, SINCE = "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:09.000000Z"


@dataclass
class Site:
    """A server that a test can break."""

    url: str
    status: int = 200
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture
def site() -> Generator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            self.send_response(made.status)
            self.end_headers()
            self.wfile.write(b"a page")

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with serving(Handler) as url:
        made = Site(url)
        yield made


def until(true: Any) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_every_path_is_asked_in_turn_and_no_faster_than_told(site: Site) -> None:
    asking = Load(site.url, ("/", "/health"), rate=50)
    start = time.monotonic()
    asking.begin()
    until(lambda: len(site.asked) >= 10)
    told = asking.end()
    seconds = time.monotonic() - start
    assert {"/", "/health"} == set(site.asked)
    assert told["answered"] == len(site.asked)
    assert len(site.asked) <= 50 * seconds + 8, "each worker may be one ahead"
    assert (told["failed"], told["first"]) == (0, [])
    assert 0 < told["gap"] <= told["seconds"]


def test_what_is_no_page_and_what_is_no_answer_are_lost(site: Site) -> None:
    asking = Load(site.url, ("/",), rate=100)
    asking.begin()
    until(lambda: site.asked)
    site.status = 503
    many = len(site.asked) + 10
    until(lambda: len(site.asked) > many)
    told = asking.end()
    assert told["failed"] > 5
    assert len(told["first"]) == 5, "the first ones are enough to tell why"
    assert {it["reason"] for it in told["first"]} == {"status 503"}
    nowhere = Load("http://127.0.0.1:1", ("/",), rate=100)
    nowhere.begin()
    time.sleep(0.2)
    told = nowhere.end()
    assert told["answered"] == 0
    assert "refused" in told["first"][0]["reason"]


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (("", BEFORE), False),  # nobody has taken it yet
        (("me", SINCE), False),
        (("", SINCE), True),
    ],
)
def test_a_change_is_over_once_the_lock_was_taken_and_given_back(
    now: tuple[str, str], over: bool
) -> None:
    assert is_over(("", BEFORE), now) == over


def stored(room: Path, holder: str, acquired: str) -> None:
    text = json.dumps({"spec": {"holderIdentity": holder, "acquireTime": acquired}})
    (room / "new.json").write_text(text)
    (room / "new.json").rename(room / "lease.json")


def started(room: Path, url: str) -> "subprocess.Popen[str]":
    (room / "kubectl").write_text(KUBECTL)
    (room / "kubectl").chmod(0o755)
    step = load.step(target(), url, 50)
    lay_out(room, step.files)
    return subprocess.Popen(
        [sys.executable, *step.argv[1:]], cwd=room, stdout=subprocess.PIPE, text=True,
        env={"PATH": f"{room}:{os.environ['PATH']}", "ROOM": str(room)},
    )  # fmt: skip


@pytest.mark.parametrize(("holder", "early"), [("", True), ("me", False)])
def test_it_asks_until_the_lock_is_free_again_and_says_what_it_saw_of_it(
    site: Site, tmp_path: Path, holder: str, early: bool
) -> None:
    stored(tmp_path, holder, BEFORE)
    asking = started(tmp_path, site.url)
    until(lambda: site.asked)
    time.sleep(0.5)
    stored(tmp_path, "me", SINCE)
    time.sleep(1.5)
    assert asking.poll() is None, "it is still held"
    stored(tmp_path, "", SINCE)
    said, _ = asking.communicate(timeout=30)
    came = load.parse(said)
    assert (came.early, came.ended, came.failed) == (early, True, 0)
    assert came.answered == len(site.asked)
    assert bool(came.trouble) != early
