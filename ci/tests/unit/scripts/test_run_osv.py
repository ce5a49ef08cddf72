"""The program that asks the scanner says how it ended, and leaves out the words of advisories."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from fake_osv import URLLIB, advisory, group, listed, printed

from advisories import pack
from todo_ci.scan import findings
from todo_ci.scripts import run_osv


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    """Let a stand-in for the scanner run a line of shell."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    pack(tmp_path, {"id": "X-1", "modified": "2026-01-01T00:00:00Z"}, ecosystem="PyPI")

    def asked(line: str, **changes: Any) -> Any:
        program = tmp_path / "osv-scanner"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
        order = {"database": f"file://{tmp_path}", "ecosystems": ["PyPI"], "documents": ["0"]}
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({**order, **changes})))
        assert run_osv.main() == 0
        return json.loads(capsys.readouterr().out)

    return asked


def test_how_it_ended_and_what_it_said_is_told(ask: Any) -> None:
    said = ask("echo no JSON; echo why >&2; exit 127")
    assert (said["exit"], said["stdout"], said["stderr"]) == (127, "no JSON\n", "why\n")


def test_it_reads_the_advisories_that_were_brought_and_asks_nobody(ask: Any) -> None:
    said = ask('echo "$@"; ls "$5"/osv-scalibr')["stdout"]
    assert "scan source --offline --local-db-path" in said
    assert "--lockfile 0\nPyPI\n" in said


def test_one_that_does_not_end_is_ended(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_osv, "SECONDS", 0.2)
    said = ask("exec sleep 60")
    assert (said["exit"], said["stderr"]) == (run_osv.TIMED_OUT, "no end within 0.2 s")


def test_it_is_not_begun_where_advisories_are_missing_or_none_is_asked_about(ask: Any) -> None:
    said = ask("echo begun", ecosystems=["PyPI", "Go"])
    assert said["stdout"] == ""
    assert "Go/all.zip" in said["databases"]["Go"]["error"]
    assert said["databases"]["PyPI"]["advisories"] == 1
    assert ask("echo begun", documents=[])["stdout"] == ""


def test_what_is_left_out_changes_no_finding(ask: Any, tmp_path: Path) -> None:
    one = advisory("GHSA-1", URLLIB, "2.2.2", details="long " * 1000, database_specific={})
    one["affected"][0]["versions"] = [f"1.{it}" for it in range(1000)]
    whole = printed([listed(URLLIB, [group(one, score="8.0")], [one]), {"package": {}}])
    (tmp_path / "said.json").write_text(whole)
    shown = ask(f"cat {tmp_path}/said.json")["stdout"]
    assert len(shown) < 1000
    assert "GHSA-1" in shown
    kept = json.loads(shown)["results"][0]["packages"][0]
    (finding,) = findings.parse(printed([kept]))["0.cdx.json"].findings
    assert (finding.fixed, finding.severity) == (("2.2.2",), "high")


def test_without_a_scanner_nothing_is_brought(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    said = ask("echo begun")
    assert said["scanner"] is False
    assert said["databases"] == {}
