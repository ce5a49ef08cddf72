"""The promise: an answer counts for the side whose mark it carries, and for no other.

Against a real HTTP server, which answers as a gateway with the two routes would.
"""

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest

from http_servers import serving
from todo_ci.rollout.canary import judgement
from todo_ci.scripts import two_sides

HEADER = "X-Canary"


@dataclass
class Gateway:
    """A gateway that a test can break."""

    url: str
    marks: bool = True
    each_that_fails: int = 0
    seconds: float = 0
    others: tuple[str, ...] = ()  # paths that lead to neither side
    asked: dict[str, int] = field(default_factory=dict[str, int])


@pytest.fixture
def gateway() -> Generator[Gateway]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            side = self.headers.get(HEADER, "")
            count = made.asked[side] = made.asked.get(side, 0) + 1
            fails = side == "canary" and made.each_that_fails and not count % made.each_that_fails
            if side == "canary":
                time.sleep(made.seconds)
            self.send_response(500 if fails else 200)
            if made.marks and self.path not in made.others:
                self.send_header(HEADER, side)
            self.end_headers()
            self.wfile.write(b"a page")

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with serving(Handler) as url:
        made = Gateway(url)
        yield made


def asked(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], seconds: int = 1
) -> judgement.Measured:
    sides = ("--side", "canary", "--side", "stable")
    flags = ("--url", gateway.url, "--header", HEADER, "--rate", "60", "--seconds", str(seconds))
    assert two_sides.main([*flags, *sides, "/", "/health"]) == 0
    return judgement.parse(capsys.readouterr().out)


def test_what_fails_on_one_side_is_told_of_that_side(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.each_that_fails, gateway.seconds = 10, 0.02
    found = asked(gateway, capsys)
    assert found.canary.failed >= 2
    assert found.canary.answered > 5 * found.canary.failed
    assert "status 500" in found.canary.first[0]
    assert (found.stable.failed, found.stable.first) == (0, ())
    assert found.canary.p95 >= gateway.seconds > 0 < found.stable.p95
    assert (found.canary.elsewhere, found.stable.elsewhere) == (0, 0)


def test_an_answer_without_the_mark_counts_for_nobody(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_sides, "PATIENCE", 0.2)
    gateway.marks = False
    found = asked(gateway, capsys)
    assert (found.canary.asked, found.stable.asked) == (0, 0)
    assert found.canary.elsewhere > 10


def test_it_waits_until_the_gateway_knows_the_way(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.marks = False
    threading.Timer(0.3, setattr, (gateway, "marks", True)).start()
    found = asked(gateway, capsys)
    assert (found.canary.elsewhere, found.stable.elsewhere) == (0, 0)


def test_for_no_seconds_it_waits_until_both_answer_well(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.each_that_fails = 1
    threading.Timer(0.7, setattr, (gateway, "each_that_fails", 0)).start()
    found = asked(gateway, capsys, 0)
    assert gateway.asked["canary"] > 1, "the first answer was none that people should have"
    assert found.canary.failed == 0


def test_a_path_that_leads_to_neither_is_not_waited_for(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_sides, "PATIENCE", 3600)
    gateway.others = ("/",)
    found = asked(gateway, capsys)
    assert min(found.canary.answered, found.canary.elsewhere) > 10


def test_one_that_never_answers_well_is_told(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_sides, "PATIENCE", 0.2)
    flags = ["--url", gateway.url, "--header", HEADER, "--rate", "60", "--seconds", "0", "/"]
    for side, code in (("canary", 1), ("stable", 0)):
        gateway.each_that_fails = 1
        both = sorted(("canary", "stable"), reverse=side == "stable")
        sides = [word for name in both for word in ("--side", name)]
        assert two_sides.main([*flags, *sides]) == code
        assert ("s: status 500" in capsys.readouterr().err) == bool(code)


@pytest.mark.parametrize(
    ("times", "p95"),
    [([], 0), ([3.0], 3), ([1.0] * 95 + [9.0] * 5, 1), ([1.0] * 94 + [9.0] * 6, 9)],
)
def test_the_percentile_is_one_of_the_times(times: list[float], p95: float) -> None:
    assert two_sides.percentile(times, 95) == p95


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        two_sides.main(["--url", "file:///etc", "--header", HEADER, "--side", "a", "--rate", "1",
                        "--seconds", "1", "/"])  # fmt: skip
    assert "no http" in capsys.readouterr().err
