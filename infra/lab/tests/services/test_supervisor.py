"""A process is the lab's only when id, start time and boot are those of the record."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from todo_lab.services import supervisor
from todo_lab.services.supervisor import Record, Service


def record_of(pid: int, started: int | None = None, boot: str | None = None) -> Record:
    known = supervisor.start_time(pid) or 0
    return Record(pid, known if started is None else started, boot or supervisor.boot_id(), "")


def test_fields_are_counted_from_the_last_bracket():
    fields = " ".join(str(number) for number in range(4, 53))
    assert supervisor.parse_stat(f"42 (a) S (b c) R {fields}") == ("R", 22)


def test_this_process_is_alive():
    assert supervisor.is_alive(record_of(os.getpid()))


def test_another_process_under_the_same_id_is_not_it():
    record = record_of(os.getpid())
    assert not supervisor.is_alive(record_of(os.getpid(), started=record.started - 1))


def test_a_process_of_an_earlier_boot_is_not_it():
    assert not supervisor.is_alive(record_of(os.getpid(), boot="another boot"))


def test_no_record_is_not_alive():
    assert not supervisor.is_alive(None)


def test_a_zombie_counts_as_gone():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = record_of(child.pid)
    assert supervisor.is_alive(record)
    assert child.stdin
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and not yet reaped
    assert Path(f"/proc/{child.pid}").exists()
    assert not supervisor.is_alive(record)
    child.wait()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_record_is_none(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "RECORDS", tmp_path)
    (tmp_path / "etcd.json").write_text(text)
    assert supervisor.read_record("etcd") is None


def test_a_service_is_restarted_for_a_changed_argument_or_file(tmp_path: Path):
    config = tmp_path / "config"
    config.write_text("one")
    first = supervisor.digest(Service("sleep", ("/bin/sleep", "1"), (config,)))
    assert supervisor.digest(Service("sleep", ("/bin/sleep", "1"), (config,))) == first
    assert supervisor.digest(Service("sleep", ("/bin/sleep", "2"), (config,))) != first
    config.write_text("two")
    assert supervisor.digest(Service("sleep", ("/bin/sleep", "1"), (config,))) != first
