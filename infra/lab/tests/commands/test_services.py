"""A part is stopped and started by name, and what is printed tells one process from the next."""

import pytest

from todo_lab import cli
from todo_lab.commands import services
from todo_lab.services import supervisor

OLD, NEW = (supervisor.Record(pid, pid * 10, "boot", "digest") for pid in (11, 22))


def test_only_parts_that_can_be_away_have_a_name(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        cli.main(["stop", "etcd"])
    assert "choose from 'kafka', 'postgresql'" in capsys.readouterr().err


def test_the_process_that_ends_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sent: list[tuple[list[str], str]] = []

    def stop(names: list[str], seconds: float, how: supervisor.signal.Signals) -> None:
        sent.append((names, how.name))

    monkeypatch.setattr(supervisor, "running", lambda _: OLD)
    monkeypatch.setattr(supervisor, "stop", stop)
    assert cli.main(["stop", "kafka", "--kill"]) == 0
    assert capsys.readouterr().out == "kafka stopped: pid 11, start time 110\n"
    assert sent == [(["kafka"], "SIGKILL")]


def test_nothing_to_stop_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(supervisor, "running", lambda _: None)
    assert cli.main(["stop", "postgresql"]) == 0
    assert capsys.readouterr().out == "postgres did not run\n"


def test_a_part_of_a_lab_that_is_down_is_not_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(supervisor, "running", lambda _: None)
    assert cli.main(["start", "kafka"]) == 1
    assert "./do lab up" in capsys.readouterr().err


def test_the_process_that_begins_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    part = services.ManagedService(
        "kafka", lambda: supervisor.Service("kafka", ("java",)), lambda: None
    )
    monkeypatch.setitem(services.MANAGED, "kafka", part)
    monkeypatch.setattr(supervisor, "running", lambda _: NEW)
    monkeypatch.setattr(supervisor, "ensure", lambda _: "started")
    assert cli.main(["start", "kafka"]) == 0
    assert capsys.readouterr().out == "kafka started: pid 22, start time 220\n"
