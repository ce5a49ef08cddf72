"""Damaged data is set aside, and a taken port is not taken for damage."""

from datetime import UTC, datetime
from pathlib import Path

from todo_lab.services import etcd


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
