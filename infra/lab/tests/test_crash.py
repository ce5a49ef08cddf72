"""After a crash the lab finds what is its own, and keeps what people would miss."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from todo_lab.cluster import cleanup
from todo_lab.commands import down
from todo_lab.host import network, sysctls
from todo_lab.services import containerd, etcd


def test_damaged_data_is_renamed_and_never_over_an_older_one(tmp_path: Path):
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    names: list[str] = []
    for content in ("first", "second"):
        data = tmp_path / "etcd"
        data.mkdir()
        (data / "db").write_text(content)
        aside = etcd.set_aside(data, now)
        assert not data.exists()
        assert (aside / "db").read_text() == content
        names.append(aside.name)
    assert names == ["etcd.damaged-20260102T030405Z", "etcd.damaged-20260102T030405Z-2"]


def test_a_taken_port_is_not_damage():
    taken = 'listen tcp 127.0.0.1:2379: bind: address already in use"'
    assert etcd.PORT_TAKEN.search(taken)
    assert not etcd.PORT_TAKEN.search("panic: invalid database")


@pytest.mark.parametrize(
    ("runs", "state_left", "links_left", "crashed"),
    [
        (False, True, False, True),
        (False, False, True, True),
        (False, False, False, False),
        (True, True, True, False),
    ],
)
def test_a_crash_is_something_left_with_nobody_to_look_after_it(
    runs: bool,
    state_left: bool,
    links_left: bool,
    crashed: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(containerd, "RUN", tmp_path if state_left else tmp_path / "absent")
    monkeypatch.setattr(network, "own_links", lambda: ["todolab0"] if links_left else [])
    assert cleanup.is_crashed(runs) is crashed


def test_log_links_of_others_stay(tmp_path: Path):
    ours, theirs, plain = (tmp_path / name for name in ("ours", "theirs", "plain"))
    ours.symlink_to("/var/lib/todo-lab/pod-logs/x/0.log")
    theirs.symlink_to("/var/log/pods/x/0.log")
    plain.write_text("")
    entries = [ours, theirs, plain]
    assert cleanup.own_links(entries, Path("/var/lib/todo-lab")) == [ours]


def test_network_notes_of_others_stay(tmp_path: Path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text('{"netns": "/run/todo-lab/containerd/netns/cni-1"}')
    theirs.write_text('{"netns": "/var/run/netns/cni-2"}')
    assert cleanup.own_results([ours, theirs], Path("/run/todo-lab")) == [ours]


def test_sysctls_return_to_what_they_were_before_the_first_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sysctls, "_ROOT", tmp_path / "sys")
    monkeypatch.setattr(sysctls, "_NOTE", tmp_path / "note.json")
    setting = tmp_path / "sys" / "kernel" / "panic"
    setting.parent.mkdir(parents=True)
    setting.write_text("1\n")
    sysctls.note()
    setting.write_text("10\n")
    sysctls.note()  # a second `up` must not take the lab's value for the machine's
    sysctls.restore()
    assert setting.read_text().strip() == "1"
    setting.write_text("5\n")
    sysctls.restore()  # nothing noted, nothing changed
    assert setting.read_text().strip() == "5"


def test_down_says_what_happens_to_the_data():
    assert "PostgreSQL's data" in down.summary(kept=False, debian=["runc"]).splitlines()[0]
    assert down.summary(kept=True, debian=[]).startswith("kept:")
    assert "runc" in down.summary(kept=False, debian=["runc"])
