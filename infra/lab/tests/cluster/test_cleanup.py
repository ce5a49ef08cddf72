"""After a crash the lab finds what is its own and leaves what is not."""

from pathlib import Path

import pytest

from todo_lab.cluster import cleanup
from todo_lab.host import network
from todo_lab.services import containerd


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
